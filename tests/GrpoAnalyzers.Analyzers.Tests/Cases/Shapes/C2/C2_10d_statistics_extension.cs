// case: C2.10
// expect: GRPO002
// shape: StandardDeviation() is an extension of the project itself, in the manner of MathNet
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Statistics.Style
{
    public static class ArrayStatistics
    {
        public static double StandardDeviation(this double[] data)
        {
            if (data.Length < 2)
                return double.NaN;
            double mean = data.Average();
            double sum = 0;
            foreach (var x in data)
                sum += Math.Pow(x - mean, 2);
            return Math.Sqrt(sum / (data.Length - 1));
        }
    }

    public class StatsTrainer
    {
        private readonly Module<Tensor, Tensor> policy;
        private readonly optim.Optimizer optimizer;

        public StatsTrainer(Module<Tensor, Tensor> policy)
        {
            this.policy = policy;
            optimizer = optim.AdamW(policy.parameters(), 1e-6);
        }

        public void Update(Tensor completionsOfOnePrompt, Tensor mask, Tensor old, double[] rewards)
        {
            double mu = rewards.Average(), sd = rewards.StandardDeviation();
            var z = new float[rewards.Length];
            for (int i = 0; i < z.Length; i++)
                z[i] = (float)({|GRPO002:(rewards[i] - mu) / (sd + 1e-8)|});
            var adv = torch.tensor(z).view(-1, 1);
            var lp = policy.call(completionsOfOnePrompt).log_softmax(-1).gather(-1, completionsOfOnePrompt.unsqueeze(-1)).squeeze(-1);
            var r = (lp - old).exp();
            var pt = torch.maximum(r * -adv, r.clamp(0.8, 1.2) * -adv);
            var loss = (pt * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
