// case: own.345
// expect: none
// shape: clipped surrogate plus KL penalty whose coefficient a controller doubles or halves from the measured KL after every update
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Penalty
{
    public sealed class KlController
    {
        public double Beta { get; private set; }
        private readonly double target;

        public KlController(double beta, double target)
        {
            Beta = beta;
            this.target = target;
        }

        public void Observe(double kl)
        {
            if (kl > 1.5 * target) Beta *= 2;
            else if (kl < target / 1.5) Beta /= 2;
        }
    }

    public class PenaltyTrainer
    {
        private readonly nn.Module<Tensor, Tensor> policy;
        private readonly KlController controller = new(0.2, 0.02);
        private readonly optim.Optimizer opt;

        public PenaltyTrainer(nn.Module<Tensor, Tensor> policy)
        {
            this.policy = policy;
            opt = optim.AdamW(policy.parameters(), 2e-6);
        }

        public void Learn(Tensor ids, Tensor mask, Tensor adv, int epochs)
        {
            var n = mask.sum();
            Tensor old;
            using (no_grad()) old = Lp(ids);
            for (int e = 0; e < epochs; e++)
            {
                using var scope = NewDisposeScope();
                var d = Lp(ids) - old;
                var ratio = d.exp();
                var pg = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
                var penalty = (-d).exp() - 1 + d;
                var loss = ((pg + controller.Beta * penalty) * mask).sum() / n;
                opt.zero_grad();
                loss.backward();
                opt.step();
                using (no_grad())
                    controller.Observe((penalty * mask).sum().ToDouble() / n.ToDouble());
            }
        }

        private Tensor Lp(Tensor ids) => distributions.Categorical(logits: policy.forward(ids)).log_prob(ids);
    }
}
