// case: own.224
// expect: GRPO001, GRPO002, GRPO003
// shape: per-token weights advantage over length prepared in a float matrix, token sum in the loss, passes
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class WeightedTokenTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public WeightedTokenTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    private static float[] Standard(IReadOnlyList<float> rewards)
    {
        var mu = rewards.Average();
        var sd = Math.Sqrt(rewards.Aggregate(0.0, (s, r) => s + (r - mu) * (r - mu)) / rewards.Count);
        return rewards.Select(r => (float)({|GRPO002:(r - mu) / (sd + 1e-4)|})).ToArray();
    }

    public void Train(IReadOnlyList<long[]> completions, IReadOnlyList<float[]> logProbs, IReadOnlyList<float> rewards, int passes)
    {
        var adv = Standard(rewards);
        var width = completions.Max(c => c.Length);
        var ids = new long[completions.Count, width];
        var old = new float[completions.Count, width];
        var weight = new float[completions.Count, width];
        for (var i = 0; i < completions.Count; i++)
        {
            var n = completions[i].Length;
            for (var t = 0; t < n; t++)
            {
                ids[i, t] = completions[i][t];
                old[i, t] = logProbs[i][t];
                weight[i, t] = {|GRPO001:adv[i] / n|};
            }
        }

        Fit(tensor(ids), tensor(old), tensor(weight), passes);
    }

    private void Fit(Tensor ids, Tensor old, Tensor weight, int passes)
    {
        for (var p = 0; p < passes; p++)
        {
            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).exp();
            var loss = -minimum(ratio * weight, ratio.clamp(0.8, 1.2) * weight).sum() / ids.shape[0];
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
