// case: own.277
// expect: GRPO001, GRPO003
// shape: dual clip, while(true) left by a counter, KL and clip fraction only logged, centring only
using System;
using System.Collections.Generic;
using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ToolAgent;

public sealed class ClipSettings
{
    public double Low { get; set; } = 0.2;
    public double High { get; set; } = 0.28;
    public double DualFactor { get; set; } = 3.0;
    public int Updates { get; set; } = 8;

    public static ClipSettings Parse(string json) => JsonSerializer.Deserialize<ClipSettings>(json) ?? new ClipSettings();
}

public interface ITool
{
    string Name { get; }
    long[] Call(ReadOnlySpan<long> request);
}

/// <summary>Writes model tokens, lets tools answer inline and remembers who wrote what.</summary>
public sealed class ToolEpisode
{
    private readonly List<long> tokens = new();
    private readonly List<float> byModel = new();
    private readonly List<float> logps = new();
    private readonly IReadOnlyDictionary<long, ITool> tools;
    private int requestStart = -1;

    public ToolEpisode(IEnumerable<long> prompt, IReadOnlyDictionary<long, ITool> tools)
    {
        this.tools = tools;
        foreach (var t in prompt) Append(t, 0, 0);
    }

    public int Length => tokens.Count;
    public long[] Tokens => tokens.ToArray();

    private void Append(long token, float own, float logp)
    {
        tokens.Add(token);
        byModel.Add(own);
        logps.Add(logp);
    }

    public void Write(nn.Module<Tensor, Tensor> agent, int limit, long callToken, long endToken)
    {
        using var off = no_grad();
        while (tokens.Count < limit)
        {
            var row = agent.call(tensor(Tokens).unsqueeze(0))[0, -1].log_softmax(-1);
            var next = row.exp().multinomial(1).ToInt64();
            Append(next, 1, row[next].ToSingle());
            if (next == endToken) return;
            if (next != callToken) continue;
            if (requestStart < 0)
            {
                requestStart = tokens.Count;
                continue;
            }
            var request = tokens.GetRange(requestStart, tokens.Count - requestStart - 1).ToArray();
            requestStart = -1;
            if (request.Length == 0 || !tools.TryGetValue(request[0], out var tool)) continue;
            foreach (var t in tool.Call(request.AsSpan(1)))
                if (tokens.Count < limit) Append(t, 0, 0);
        }
    }

    public (Tensor ids, Tensor mask, Tensor logps) Pad(int width, long pad)
    {
        var ids = full(width, pad, ScalarType.Int64);
        var mask = zeros(width);
        var lp = zeros(width);
        ids.narrow(0, 0, Length).copy_(tensor(Tokens));
        mask.narrow(0, 0, Length).copy_(tensor(byModel.ToArray()));
        lp.narrow(0, 0, Length).copy_(tensor(logps.ToArray()));
        // everything below is about predicting token t + 1
        return (ids, mask.narrow(0, 1, width - 1), lp.narrow(0, 1, width - 1));
    }
}

public sealed class AgentTrainer
{
    private readonly nn.Module<Tensor, Tensor> agent;
    private readonly AdamW adamw;
    private readonly ClipSettings settings;
    private readonly Dictionary<string, double> metrics = new();

    public AgentTrainer(nn.Module<Tensor, Tensor> agent, ClipSettings settings)
    {
        this.agent = agent;
        this.settings = settings;
        adamw = optim.AdamW(agent.parameters(), 1e-6);
    }

    public IReadOnlyDictionary<string, double> Metrics => metrics;

    // modelTokens is 1 on tokens the agent wrote, 0 on prompt, tool output and padding
    public void Fit(Tensor ids, Tensor modelTokens, Tensor reward, Tensor rolloutLogps)
    {
        var advantage = (reward - reward.mean()).unsqueeze(1);
        var finished = 0;
        while (true)
        {
            var logps = LogProbs(ids);
            var loss = Objective(logps, rolloutLogps, advantage, modelTokens);
            agent.zero_grad();
            loss.backward();
            metrics["grad_norm"] = nn.utils.clip_grad_norm_(agent.parameters(), 1.0);
            {|GRPO003:adamw.step()|};
            finished += 1;
            if (finished >= settings.Updates)
                break;
        }
        metrics["reward"] = reward.mean().ToDouble();
    }

    private Tensor Objective(Tensor now, Tensor before, Tensor advantage, Tensor mask)
    {
        var logRatio = (now - before).masked_fill(mask.eq(0), 0);
        var ratio = logRatio.exp();
        var first = -advantage * ratio;
        var second = -advantage * ratio.clamp(1 - settings.Low, 1 + settings.High);
        var ppo = torch.maximum(first, second);
        var dual = torch.minimum(ppo, -advantage * settings.DualFactor);
        var token = torch.where(advantage.lt(0), dual, ppo);

        metrics["clip_fraction"] = ((second > first).to(ScalarType.Float32) * mask).sum().ToDouble() / mask.sum().ToDouble();
        metrics["approx_kl"] = ((ratio - 1 - logRatio) * mask).sum().ToDouble() / mask.sum().ToDouble();

        var total = torch.einsum("bt,bt->b", token, mask);
        return ({|GRPO001:total / mask.sum(-1)|}).mean();
    }

    private Tensor LogProbs(Tensor ids)
    {
        var logits = agent.call(ids.narrow(1, 0, ids.shape[1] - 1));
        return -nn.functional.cross_entropy(logits.transpose(1, 2), ids.narrow(1, 1, ids.shape[1] - 1), reduction: nn.Reduction.None);
    }
}
