// case: own.338
// expect: none
// shape: preference learning with length-normalised log-probabilities (SimPO) and a DPO variant selected by an enum, AdamW, epochs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Preferences
{
    public enum PreferenceLoss { Dpo, SimPo, Ipo }

    public sealed class Pair
    {
        public Tensor Chosen { get; init; }
        public Tensor ChosenMask { get; init; }
        public Tensor Rejected { get; init; }
        public Tensor RejectedMask { get; init; }
    }

    public sealed class PreferenceTrainer
    {
        private readonly nn.Module<Tensor, Tensor> policy, reference;
        private readonly optim.Optimizer optimizer;
        private readonly PreferenceLoss kind;
        private readonly double beta, gamma;

        public PreferenceTrainer(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> reference, PreferenceLoss kind, double beta = 2.0, double gamma = 0.5)
        {
            this.policy = policy;
            this.reference = reference;
            this.kind = kind;
            this.beta = beta;
            this.gamma = gamma;
            optimizer = optim.AdamW(policy.parameters(), 5e-7);
        }

        private static Tensor Score(nn.Module<Tensor, Tensor> m, Tensor ids, Tensor mask, bool average)
        {
            var lp = m.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var sum = (lp * mask).sum(-1);
            return average ? sum / mask.sum(-1) : sum;
        }

        private Tensor Loss(Pair p)
        {
            bool average = kind == PreferenceLoss.SimPo;
            var c = Score(policy, p.Chosen, p.ChosenMask, average);
            var r = Score(policy, p.Rejected, p.RejectedMask, average);
            if (kind == PreferenceLoss.SimPo)
                return -nn.functional.logsigmoid(beta * (c - r) - gamma).mean();

            Tensor rc, rr;
            using (no_grad())
            {
                rc = Score(reference, p.Chosen, p.ChosenMask, false);
                rr = Score(reference, p.Rejected, p.RejectedMask, false);
            }
            var margin = (c - rc) - (r - rr);
            return kind == PreferenceLoss.Dpo
                ? -nn.functional.logsigmoid(beta * margin).mean()
                : (margin - 1 / (2 * beta)).square().mean();
        }

        public void Train(IReadOnlyList<Pair> pairs, int epochs)
        {
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                foreach (var pair in pairs)
                {
                    using var scope = NewDisposeScope();
                    var loss = Loss(pair);
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
        }
    }
}
