// case: own.451
// expect: GRPO002, GRPO003
// shape: abstract base class with overridable advantage and loss, constant normaliser, while loop
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Manipulation;

public abstract class PolicyTrainerBase
{
    protected readonly nn.Module<Tensor, Tensor> Vla;
    protected readonly optim.Optimizer Optim;

    protected PolicyTrainerBase(nn.Module<Tensor, Tensor> vla)
    {
        Vla = vla;
        Optim = CreateOptimizer();
    }

    protected virtual optim.Optimizer CreateOptimizer() => optim.AdamW(Vla.parameters(), lr: 1e-6);
    protected abstract Tensor Advantage(Tensor successes);
    protected abstract Tensor Loss(Tensor logp, Tensor logpOld, Tensor adv, Tensor mask);

    protected Tensor ActionTokenLogProbs(Tensor obsAndActions, Tensor targets)
    {
        var lp = Vla.call(obsAndActions).log_softmax(-1);
        return lp.gather(-1, targets.unsqueeze(-1)).squeeze(-1);
    }

    public void TrainOn(Tensor tokens, Tensor targets, Tensor mask, Tensor successes, int updates)
    {
        Tensor logpOld;
        using (no_grad())
            logpOld = ActionTokenLogProbs(tokens, targets);
        var adv = Advantage(successes);

        int done = 0;
        while (done < updates)
        {
            using var scope = NewDisposeScope();
            Optim.zero_grad();
            Loss(ActionTokenLogProbs(tokens, targets), logpOld, adv, mask).backward();
            {|GRPO003:Optim.step()|};
            done++;
        }
    }
}

/// <summary>successes is [scenes, attempts]; tokens are [scenes * attempts, horizon].</summary>
public sealed class SceneRelativeTrainer : PolicyTrainerBase
{
    private readonly double _eps;
    private readonly int _horizon;

    public SceneRelativeTrainer(nn.Module<Tensor, Tensor> vla, int horizon, double eps = 0.2) : base(vla)
    {
        _horizon = horizon;
        _eps = eps;
    }

    protected override Tensor Advantage(Tensor successes)
    {
        var centre = successes.mean([1], keepdim: true);
        var spread = successes.@var(1, keepdim: true).add(1e-6).rsqrt();
        return {|GRPO002:((successes - centre) * spread)|}.flatten().unsqueeze(1);
    }

    protected override Tensor Loss(Tensor logp, Tensor logpOld, Tensor adv, Tensor mask)
    {
        var r = (logp - logpOld).exp();
        var unclipped = r * adv;
        var clipped = r.clamp(1 - _eps, 1 + _eps) * adv;
        var summed = (torch.minimum(unclipped, clipped) * mask).sum(1);
        return -summed.mean() / _horizon;
    }
}
