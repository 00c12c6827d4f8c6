// case: own.309
// expect: GRPO001, GRPO002, GRPO003
// shape: abstract base class owns optimiser and update loop, derived trainer supplies rollouts asynchronously and the loss
using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Agents;

public sealed class AgentBatch
{
    public Tensor Ids { get; init; } = null!;
    public Tensor ActionMask { get; init; } = null!;
    public Tensor Returns { get; init; } = null!;
    public Tensor OldLogp { get; set; } = null!;
    public Tensor Advantage { get; set; } = null!;
}

public abstract class PolicyTrainerBase
{
    protected nn.Module<Tensor, Tensor> Policy { get; }
    protected optim.Optimizer Optimizer { get; }
    protected virtual int UpdatesPerBatch => 4;

    protected PolicyTrainerBase(nn.Module<Tensor, Tensor> policy, double learningRate)
    {
        Policy = policy;
        Optimizer = optim.AdamW(policy.parameters(), learningRate, weight_decay: 0.05);
    }

    protected abstract Task<AgentBatch> RolloutAsync(CancellationToken token);
    protected abstract Tensor Objective(AgentBatch batch);
    protected abstract void ComputeAdvantages(AgentBatch batch);

    public async Task RunAsync(int rounds, CancellationToken token = default)
    {
        for (var round = 0; round < rounds && !token.IsCancellationRequested; round++)
        {
            var batch = await RolloutAsync(token).ConfigureAwait(false);
            using (no_grad())
                batch.OldLogp = Logp(batch.Ids);
            ComputeAdvantages(batch);

            for (var u = 0; u < UpdatesPerBatch; u++)
            {
                using var scope = NewDisposeScope();
                var loss = -Objective(batch);
                Optimizer.zero_grad();
                loss.backward();
                {|GRPO003:Optimizer.step()|};
            }
        }
    }

    protected Tensor Logp(Tensor ids)
    {
        var logits = Policy.forward(ids);
        return logits.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
    }
}

public sealed class ToolCall
{
    public ToolCall(string name, string argument) { Name = name; Argument = argument; }
    public string Name { get; }
    public string Argument { get; }
}

public interface IToolHost
{
    Task<string> InvokeAsync(ToolCall call, CancellationToken token);
}

/// <summary>Lets the policy talk to tools; only the tokens it wrote itself are marked in the action mask.</summary>
public sealed class ToolSessions
{
    private readonly IToolHost host;
    private readonly Func<List<long>, (long[] written, ToolCall? call)> speak;
    private readonly Func<string, long[]> encode;
    private readonly int maxTokens;

    public ToolSessions(IToolHost host, Func<List<long>, (long[], ToolCall?)> speak, Func<string, long[]> encode, int maxTokens)
    {
        this.host = host;
        this.speak = speak;
        this.encode = encode;
        this.maxTokens = maxTokens;
    }

    public async Task<(long[] ids, float[] mask)> RunAsync(string question, CancellationToken token)
    {
        var ids = new List<long>(encode(question));
        var mask = new List<float>();
        foreach (var _ in ids) mask.Add(0);
        for (var turn = 0; turn < 8 && ids.Count < maxTokens; turn++)
        {
            var (written, call) = speak(ids);
            foreach (var w in written) { ids.Add(w); mask.Add(1); }
            if (call is null) break;
            var answer = await host.InvokeAsync(call, token).ConfigureAwait(false);
            foreach (var w in encode(answer)) { ids.Add(w); mask.Add(0); }
        }
        while (ids.Count < maxTokens) { ids.Add(0); mask.Add(0); }
        return (ids.GetRange(0, maxTokens).ToArray(), mask.GetRange(0, maxTokens).ToArray());
    }
}

public sealed class ToolUseTrainer : PolicyTrainerBase
{
    private readonly Func<CancellationToken, Task<AgentBatch>> _source;
    private readonly int _group;

    public ToolUseTrainer(nn.Module<Tensor, Tensor> policy, Func<CancellationToken, Task<AgentBatch>> source, int group)
        : base(policy, 1e-6)
    {
        _source = source;
        _group = group;
    }

    protected override Task<AgentBatch> RolloutAsync(CancellationToken token) => _source(token);

    protected override void ComputeAdvantages(AgentBatch batch)
    {
        var g = batch.Returns.reshape(-1, _group);
        var centred = g - g.mean(new long[] { 1 }, keepdim: true);
        var scale = centred.square().mean(new long[] { 1 }, keepdim: true).add(1e-6).rsqrt();
        batch.Advantage = {|GRPO002:(centred * scale)|}.reshape(-1, 1);
    }

    protected override Tensor Objective(AgentBatch batch)
    {
        var rho = (Logp(batch.Ids) - batch.OldLogp).exp();
        var unclipped = rho * batch.Advantage;
        var clipped = rho.clamp(0.8, 1.2) * batch.Advantage;
        var masked = minimum(unclipped, clipped) * batch.ActionMask;
        return {|GRPO001:(masked.sum(-1) / (batch.ActionMask.sum(-1) + 1e-8))|}.mean();
    }
}
