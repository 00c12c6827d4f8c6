// case: own.353
// expect: none
// shape: group deviation only decides which prompts are kept and is written to a histogram; centring, constant divisor, one step
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Filtered
{
    public sealed class Histogram
    {
        private readonly int[] bins = new int[20];
        public void Add(double x) => bins[Math.Clamp((int)(x / 0.05), 0, bins.Length - 1)]++;
        public override string ToString() => string.Join(",", bins);
    }

    public sealed class Candidate
    {
        public Tensor Ids { get; init; }
        public Tensor Mask { get; init; }
        public Tensor Rewards { get; init; }
    }

    public sealed class FilteringTrainer
    {
        private readonly nn.Module<Tensor, Tensor> policy;
        private readonly optim.Optimizer opt;
        private readonly Histogram spread = new();
        private readonly int budget;

        public FilteringTrainer(nn.Module<Tensor, Tensor> policy, int budget)
        {
            this.policy = policy;
            this.budget = budget;
            opt = optim.NAdam(policy.parameters(), 1e-6);
        }

        private bool Informative(Candidate c)
        {
            var sd = c.Rewards.std(unbiased: false).ToDouble();
            spread.Add(sd);
            return sd > 1e-3;
        }

        public void Train(IEnumerable<Candidate> stream, int wanted)
        {
            foreach (var batch in stream.Where(Informative).Chunk(wanted))
            {
                using var scope = NewDisposeScope();
                var parts = batch.Select(c =>
                {
                    var a = (c.Rewards - c.Rewards.mean()).unsqueeze(1);
                    var lp = policy.forward(c.Ids).log_softmax(-1).gather(-1, c.Ids.unsqueeze(-1)).squeeze(-1);
                    return (a * lp * c.Mask).sum() / budget;
                });
                var loss = -stack(parts.ToList()).mean();
                opt.zero_grad();
                loss.backward();
                opt.step();
                Console.WriteLine(spread);
            }
        }
    }
}
