// case: own.443
// expect: GRPO001, GRPO002, GRPO003
// shape: tool-calling agent, padded tensors, record rollout, epochs from options
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ToolAgent;

public enum Speaker { System, User, Assistant, Tool }

public sealed record Turn(Speaker Who, long[] Tokens);

public sealed record Episode(IReadOnlyList<Turn> Turns, float Return)
{
    public long[] Flatten() => Turns.SelectMany(t => t.Tokens).ToArray();
    public float[] AgentMask() => Turns.SelectMany(t => t.Tokens.Select(_ => t.Who == Speaker.Assistant ? 1f : 0f)).ToArray();
}

public sealed class AgentOptions
{
    public int RolloutsPerTask { get; init; } = 8;
    public int Epochs { get; init; } = 3;
    public double ClipLow { get; init; } = 0.2;
    public double ClipHigh { get; init; } = 0.28;
    public double LearningRate { get; init; } = 2e-6;
}

public sealed record Rollout(Tensor Ids, Tensor AgentMask, Tensor Returns, Tensor BehaviourLogProbs);

public sealed class AgentTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly AgentOptions opt;
    private readonly optim.Optimizer optimizer;

    public AgentTrainer(nn.Module<Tensor, Tensor> policy, AgentOptions opt)
    {
        this.policy = policy;
        this.opt = opt;
        optimizer = torch.optim.AdamW(policy.parameters(), lr: opt.LearningRate, weight_decay: 0.01);
    }

    private Tensor TokenLogProbs(Tensor ids)
    {
        var logits = policy.call(ids)[TensorIndex.Colon, TensorIndex.Slice(null, -1)];
        var labels = ids[TensorIndex.Colon, TensorIndex.Slice(1, null)].unsqueeze(-1);
        return logits.log_softmax(-1).gather(-1, labels).squeeze(-1);
    }

    public Rollout Pack(IReadOnlyList<Episode> episodes)
    {
        var longest = episodes.Max(e => e.Turns.Sum(t => t.Tokens.Length));
        var ids = zeros(episodes.Count, longest, dtype: ScalarType.Int64);
        var mask = zeros(episodes.Count, longest);
        for (var i = 0; i < episodes.Count; i++)
        {
            var flat = episodes[i].Flatten();
            ids[i, TensorIndex.Slice(0, flat.Length)] = tensor(flat);
            mask[i, TensorIndex.Slice(0, flat.Length)] = tensor(episodes[i].AgentMask());
        }
        using var _ = no_grad();
        var returns = tensor(episodes.Select(e => e.Return).ToArray());
        return new Rollout(ids, mask[TensorIndex.Colon, TensorIndex.Slice(1, null)], returns, TokenLogProbs(ids));
    }

    private Tensor RelativeReturn(Tensor returns)
    {
        var perTask = returns.view(-1, opt.RolloutsPerTask);
        var centred = perTask - perTask.mean(new long[] { 1 }, keepdim: true);
        return {|GRPO002:(centred / (perTask.std(1, keepdim: true) + 1e-4))|}.reshape(-1, 1);
    }

    public void Improve(Rollout r)
    {
        var adv = RelativeReturn(r.Returns);
        for (var epoch = 0; epoch < opt.Epochs; epoch++)
        {
            using var scope = NewDisposeScope();
            var logp = TokenLogProbs(r.Ids);
            var ratio = (logp - r.BehaviourLogProbs).exp();
            var bounded = ratio.clamp(1 - opt.ClipLow, 1 + opt.ClipHigh);
            var gain = torch.minimum(ratio * adv, bounded * adv) * r.AgentMask;
            var perEpisode = {|GRPO001:gain.sum(1) / r.AgentMask.sum(1).clamp_min(1)|};
            var loss = -perEpisode.mean();
            optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(policy.parameters(), 1.0);
            {|GRPO003:optimizer.step()|};
            Console.WriteLine($"epoch {epoch}");
        }
    }
}
