// case: own.424
// expect: GRPO001, GRPO003
// shape: functional, iterator of losses, local functions, masked_select mean per row, centred, config iterations
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace ClipLines;

public enum Verdict { Broken, Partial, Solved }

public record Rollout(Tensor Ids, Tensor Mask, Tensor Logp, IReadOnlyList<Verdict> Verdicts);

public record Plan(int Mu, float Epsilon, float Rate);

public static class Scoring
{
    public static float ToReward(this Verdict v) => v switch
    {
        Verdict.Solved => 1f,
        Verdict.Partial => 0.2f,
        Verdict.Broken => 0f,
        _ => throw new ArgumentOutOfRangeException(nameof(v)),
    };

    public static float[] Centred(this IReadOnlyList<Verdict> verdicts, float[]? buffer = null)
    {
        buffer ??= verdicts.Select(ToReward).ToArray();
        var mean = buffer.Average();
        return buffer.Select(r => r - mean).ToArray();
    }
}

public sealed class Prover
{
    private readonly nn.Module<Tensor, Tensor> _lm;
    private readonly optim.Optimizer _opt;
    private readonly Plan _plan;

    public Prover(nn.Module<Tensor, Tensor> lm, Plan plan) =>
        (_lm, _plan, _opt) = (lm, plan, optim.Adam(lm.parameters(), lr: plan.Rate));

    public void Train(IEnumerable<Rollout> rollouts)
    {
        foreach (var rollout in rollouts)
            for (var i = 0; i < Math.Max(2, _plan.Mu); i++)
                Update(rollout);
    }

    private void Update(Rollout rollout)
    {
        using var scope = NewDisposeScope();
        var loss = stack(Losses(rollout, rollout.Verdicts.Centred())).mean();
        _opt.zero_grad();
        loss.backward();
        {|GRPO003:_opt.step()|};
    }

    private IEnumerable<Tensor> Losses(Rollout rollout, float[] advantages)
    {
        var logp = Forward(rollout.Ids);
        for (var row = 0; row < advantages.Length; row++)
        {
            var keep = rollout.Mask[row].to_type(ScalarType.Bool);
            var surrogate = Clipped(logp[row].masked_select(keep), rollout.Logp[row].masked_select(keep), advantages[row]);
            yield return {|GRPO001:surrogate.mean()|};
        }

        Tensor Forward(Tensor ids)
        {
            var n = ids.shape[1] - 1;
            return _lm.call(ids[.., ..^1]).log_softmax(-1).gather(2, ids.narrow(1, 1, n).unsqueeze(-1)).squeeze(-1);
        }

        Tensor Clipped(Tensor now, Tensor then, float a) =>
            (now - then).exp() switch
            {
                var r => -torch.min(r * a, r.clamp(1 - _plan.Epsilon, 1 + _plan.Epsilon) * a),
            };
    }
}
