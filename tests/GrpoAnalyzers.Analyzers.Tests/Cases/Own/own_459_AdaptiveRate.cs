// case: own.459
// expect: none
// shape: several updates guarded by an interface on the clip fraction, token mean over valid tokens
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Arm.Language;

public interface IUpdateGate
{
    bool Allows(Tensor ratio, Tensor mask);
}

public sealed class ClipFractionGate(double eps, double limit) : IUpdateGate
{
    public bool Allows(Tensor ratio, Tensor mask)
    {
        using var off = no_grad();
        var outside = ((ratio - 1).abs() > eps).to(ScalarType.Float32) * mask;
        return (outside.sum() / mask.sum()).ToDouble() <= limit;
    }
}

public sealed record Rollouts(Tensor Tokens, Tensor Targets, Tensor Mask, Tensor Progress);

public sealed class ArmLanguageTrainer
{
    private readonly nn.Module<Tensor, Tensor> _policy;
    private readonly optim.Optimizer _adamw;
    private readonly IUpdateGate _gate = new ClipFractionGate(0.2, 0.1);

    public ArmLanguageTrainer(nn.Module<Tensor, Tensor> policy)
    {
        _policy = policy;
        _adamw = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    private Tensor Score(Rollouts r) =>
        _policy.call(r.Tokens).log_softmax(-1).gather(-1, r.Targets.unsqueeze(-1)).squeeze(-1);

    private static Tensor TokenMean(Tensor x, Tensor mask) => (x * mask).sum() / mask.sum();

    public int Improve(Rollouts r, int attemptsPerTask, int maxUpdates)
    {
        Tensor before;
        using (no_grad()) before = Score(r);

        var p = r.Progress.view(-1, attemptsPerTask);
        var adv = p.sub(p.mean(new long[] { 1 }, keepdim: true)).view(-1, 1);

        for (var used = 0; used < maxUpdates; used++)
        {
            using var scope = NewDisposeScope();
            var ratio = Score(r).sub(before).exp();
            if (!_gate.Allows(ratio, r.Mask)) return used;

            var clipped = ratio.clamp(0.8, 1.2);
            var loss = TokenMean(minimum(ratio * adv, clipped * adv), r.Mask).neg();
            _adamw.zero_grad();
            loss.backward();
            _adamw.step();
        }
        return maxUpdates;
    }
}
