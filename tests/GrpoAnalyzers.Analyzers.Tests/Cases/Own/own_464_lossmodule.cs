// case: own.464
// expect: GRPO001, GRPO002
// shape: nn.Module loss over [P,G,T], one update per rollout, options record
using System;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Proofs.Rl;

public sealed record ProofOptions
{
    public double LearningRate { get; init; } = 5e-7;
    public double ClipLow { get; init; } = 0.2;
    public double ClipHigh { get; init; } = 0.28;
    public double StdEpsilon { get; init; } = 1e-4;
}

/// <summary>Group relative objective; every tensor is prompts x samples x tokens.</summary>
public sealed class GroupObjective : nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    private readonly ProofOptions _options;

    public GroupObjective(ProofOptions options) : base(nameof(GroupObjective))
    {
        _options = options;
        RegisterComponents();
    }

    public override Tensor forward(Tensor current, Tensor behaviour, Tensor rewards, Tensor mask)
    {
        var advantage = Advantage(rewards).unsqueeze(-1);
        var ratio = exp(current - behaviour);
        var bounded = ratio.clamp(1 - _options.ClipLow, 1 + _options.ClipHigh);
        var token = minimum(ratio * advantage, bounded * advantage);
        var lengths = mask.sum(-1);
        var sequence = {|GRPO001:token.mul(mask).sum(-1).div(lengths)|};
        return sequence.mean().neg();
    }

    private Tensor Advantage(Tensor rewards)
    {
        var mean = rewards.mean(new long[] { -1 }, keepdim: true);
        var deviation = rewards.std(-1, unbiased: false, keepdim: true);
        return {|GRPO002:rewards.sub(mean).div(deviation.add(_options.StdEpsilon))|};
    }
}

public interface IProver
{
    (Tensor tokens, Tensor mask) Sample(Tensor prompts, int samples);
    Tensor Verify(Tensor tokens);
}

public sealed class ProofLearner
{
    private readonly nn.Module<Tensor, Tensor> _policy;
    private readonly IProver _prover;
    private readonly GroupObjective _objective;
    private readonly AdamW _optimizer;

    public ProofLearner(nn.Module<Tensor, Tensor> policy, IProver prover, ProofOptions? options = null)
    {
        options ??= new ProofOptions();
        _policy = policy;
        _prover = prover;
        _objective = new GroupObjective(options);
        _optimizer = optim.AdamW(policy.parameters(), lr: options.LearningRate, weight_decay: 0.1);
    }

    public void Round(Tensor prompts, int samples)
    {
        using var scope = NewDisposeScope();
        Tensor tokens, mask, rewards, behaviour;
        using (no_grad())
        {
            (tokens, mask) = _prover.Sample(prompts, samples);
            rewards = _prover.Verify(tokens);
            behaviour = LogProbs(tokens);
        }

        _optimizer.zero_grad();
        _objective.call(LogProbs(tokens), behaviour, rewards, mask).backward();
        _optimizer.step();
    }

    private Tensor LogProbs(Tensor tokens)
    {
        var (p, g, t) = (tokens.shape[0], tokens.shape[1], tokens.shape[2]);
        var flat = tokens.view(p * g, t);
        var logits = _policy.call(flat.narrow(1, 0, t - 1));
        var picked = logits.log_softmax(-1).gather(-1, flat.narrow(1, 1, t - 1).unsqueeze(-1));
        return picked.view(p, g, t - 1);
    }
}
