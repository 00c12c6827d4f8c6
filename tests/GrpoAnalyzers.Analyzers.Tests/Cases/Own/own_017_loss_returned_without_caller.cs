// case: own.017
// expect: GRPO001
// shape: a static loss function that nobody in the compilation calls
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public static class GrpoLosses
{
    /// <summary>Per-token clipped objective, averaged the way the first paper does.</summary>
    public static Tensor SequenceMeanLoss(Tensor logits, Tensor labels, Tensor behaviour, Tensor advantages, Tensor lossMask, double low = 0.2, double high = 0.2)
    {
        var lp = logits.log_softmax(-1).gather(-1, labels.unsqueeze(-1)).squeeze(-1);
        var delta = where(lossMask.gt(0), lp - behaviour, zeros_like(lp));
        var ratio = delta.exp();
        var a = advantages.unsqueeze(-1);
        var unclipped = ratio * a;
        var clipped = ratio.clamp(1 - low, 1 + high) * a;
        var objective = where(unclipped.lt(clipped), unclipped, clipped);
        var rows = (objective * lossMask).sum(new long[] { 1 });
        var sizes = lossMask.sum(new long[] { 1 });
        return {|GRPO001:divide(rows, sizes)|}.mean().neg();
    }
}
