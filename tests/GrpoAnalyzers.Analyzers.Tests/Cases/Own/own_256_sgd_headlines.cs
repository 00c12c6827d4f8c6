// case: own.256
// expect: GRPO001
// shape: SGD, so its z-score is no 002; length mean of log-probs in a helper, advantage multiplied by the caller
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Headlines;

public record Headline(long[] Prompt, long[] Words, double Clicks);

/// Policy gradient on A/B test data replayed by a simulator. Plain SGD with momentum, one update a group.
public static class HeadlineTuning
{
    public static void Fit(nn.Module<Tensor, Tensor> model, IEnumerable<IReadOnlyList<Headline>> groups)
    {
        var sgd = optim.SGD(model.parameters(), 0.05, momentum: 0.9);
        var step = 0;
        foreach (var group in groups)
        {
            var z = Standardise(group.Select(h => h.Clicks).ToArray());
            var losses = group.Zip(z, (h, a) => -a * MeanLogLikelihood(model, h)).ToList();
            var objective = stack(losses).mean();

            sgd.zero_grad();
            objective.backward();
            sgd.step();

            if (++step % 100 == 0)
                Console.WriteLine($"{step}: click rate {group.Average(h => h.Clicks):P2}");
        }
    }

    static float[] Standardise(double[] x)
    {
        var m = x.Average();
        var s = Math.Sqrt(x.Sum(v => (v - m) * (v - m)) / x.Length);
        return x.Select(v => (float)((v - m) / (s + 1e-6))).ToArray();
    }

    static Tensor MeanLogLikelihood(nn.Module<Tensor, Tensor> model, Headline h)
    {
        var all = tensor(h.Prompt.Concat(h.Words).ToArray());
        var n = h.Words.Length;
        var logits = model.call(all.unsqueeze(0)).squeeze(0).narrow(0, h.Prompt.Length - 1, n);
        var logp = logits.log_softmax(1).gather(1, tensor(h.Words).unsqueeze(1));
        return {|GRPO001:logp.sum() / n|};
    }
}
