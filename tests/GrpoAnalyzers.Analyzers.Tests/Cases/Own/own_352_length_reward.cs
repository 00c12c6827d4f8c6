// case: own.352
// expect: none
// shape: soft over-length penalty and length share in the reward (not in the loss), centring, token mean over accumulated window with a global denominator
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Overlong
{
    public class OverlongOptions
    {
        public int MaxLength { get; set; } = 2048;
        public int Cache { get; set; } = 512;
        public double PenaltyFactor { get; set; } = 1.0;
    }

    public class Rewarder
    {
        private readonly OverlongOptions o;
        public Rewarder(OverlongOptions o) => this.o = o;

        public double Shape(double raw, long length)
        {
            double limit = o.MaxLength - o.Cache;
            double exceed = length - limit;
            return raw + Math.Min(-exceed / o.Cache * o.PenaltyFactor, 0);
        }
    }

    public class WindowTrainer
    {
        private readonly nn.Module<Tensor, Tensor> policy;
        private readonly Rewarder rewarder;
        private readonly optim.Optimizer opt;

        public WindowTrainer(nn.Module<Tensor, Tensor> policy, Rewarder rewarder)
        {
            this.policy = policy;
            this.rewarder = rewarder;
            opt = optim.AdamW(policy.parameters(), 1e-6);
        }

        public Dictionary<string, double> Evaluate(IReadOnlyList<(Tensor ids, Tensor mask, double[] raw)> groups, int k)
        {
            using var ng = no_grad();
            var result = new Dictionary<string, double>();
            var z = new List<double>();
            double passAtK = 0, meanLp = 0;
            foreach (var (ids, mask, raw) in groups)
            {
                int n = raw.Length, c = raw.Count(r => r > 0.5);
                double fail = 1;
                for (int i = n - c + 1; i <= n; i++) fail *= 1.0 - (double)k / i;
                passAtK += n - c < k ? 1.0 : 1.0 - fail;
                double m = raw.Average(), s = Math.Sqrt(raw.Average(r => (r - m) * (r - m)));
                z.AddRange(raw.Select(r => (r - m) / (s + 1e-9)));
                var lp = policy.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                meanLp += ((lp * mask).sum(1) / mask.sum(1)).mean().ToDouble();
            }
            result["pass@" + k] = passAtK / groups.Count;
            result["logp_per_token"] = meanLp / groups.Count;
            result["largest_z"] = z.Count == 0 ? 0 : z.Max();
            return result;
        }

        public void Window(IReadOnlyList<(Tensor ids, Tensor mask, double[] raw)> groups)
        {
            var tokens = groups.Sum(g => g.mask.sum().ToDouble());
            opt.zero_grad();
            foreach (var (ids, mask, raw) in groups)
            {
                using var scope = NewDisposeScope();
                var lengths = mask.sum(1).to_type(ScalarType.Int64).data<long>().ToArray();
                var shaped = raw.Zip(lengths, rewarder.Shape).ToArray();
                var mean = shaped.Average();
                var adv = tensor(shaped.Select(s => (float)(s - mean)).ToArray()).unsqueeze(1);
                var lp = policy.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var ratio = (lp - lp.detach()).exp();
                var loss = -(ratio * adv * mask).sum() / tokens;
                loss.backward();
            }
            nn.utils.clip_grad_norm_(policy.parameters(), 1.0);
            opt.step();
        }
    }
}
