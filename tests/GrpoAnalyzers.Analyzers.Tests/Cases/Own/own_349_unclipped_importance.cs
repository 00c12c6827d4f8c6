// case: own.349
// expect: none
// shape: DRO-like objective (advantage times log-probability minus a quadratic log-ratio term) without any clip over several epochs, token mean, centring
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Proximal
{
    public class ProximalPoint
    {
        private readonly nn.Module<Tensor, Tensor> policy;
        private readonly optim.Optimizer opt;
        private readonly double tau;

        public ProximalPoint(nn.Module<Tensor, Tensor> policy, double tau)
        {
            this.policy = policy;
            this.tau = tau;
            opt = optim.Adam(policy.parameters(), 1e-6);
        }

        // direct regularised objective: advantage * log-ratio - tau/2 * log-ratio^2, as in DRO
        private Tensor Objective(Tensor logp, Tensor old, Tensor adv, Tensor mask)
        {
            var d = logp - old;
            var token = adv * logp - 0.5 * tau * d * d;
            return (token * mask).sum() / mask.sum();
        }

        public void Train(Tensor ids, Tensor mask, Tensor rewards, int epochs, int samples)
        {
            var r = rewards.view(-1, samples);
            var adv = (r - r.mean(new long[] { 1 }, true)).view(-1, 1);
            Tensor old;
            using (no_grad()) old = Lp(ids);
            for (int e = 0; e < epochs; e++)
            {
                using var scope = NewDisposeScope();
                var loss = Objective(Lp(ids), old, adv, mask).neg();
                opt.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(policy.parameters(), 1.0);
                opt.step();
                Console.WriteLine($"{e}: {loss.ToSingle():F5}");
            }
        }

        private Tensor Lp(Tensor ids)
        {
            var logits = policy.forward(ids);
            var chosen = logits.gather(dim: 2, index: ids.unsqueeze(2)).squeeze(2);
            return chosen - logits.logsumexp(2);
        }
    }
}
