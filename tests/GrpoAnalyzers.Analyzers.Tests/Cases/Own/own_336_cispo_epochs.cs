// case: own.336
// expect: none
// shape: CISPO with detached clipped weights over several epochs, centred rewards, token normalisation by the batch's count
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Minimax
{
    public static class Losses
    {
        // the clip bounds the weight only; every token keeps its gradient
        public static Tensor Cispo(Tensor logp, Tensor old, Tensor adv, Tensor mask, double epsHigh)
        {
            var weight = torch.exp(logp - old).clamp(0.0, 1.0 + epsHigh).detach();
            var token = weight * adv * logp;
            return -(token * mask).sum() / mask.sum().clamp(min: 1);
        }
    }

    public class CispoTrainer
    {
        readonly nn.Module<Tensor, Tensor> policy;
        readonly optim.Optimizer optimizer;
        readonly int epochs, k;

        public CispoTrainer(nn.Module<Tensor, Tensor> policy, int k, int epochs = 4)
        {
            this.policy = policy;
            this.k = k;
            this.epochs = epochs;
            optimizer = optim.AdamW(policy.parameters(), 1e-6, 0.9, 0.95);
        }

        public float[] Fit(Tensor ids, Tensor mask, float[] rewards)
        {
            var centred = rewards
                .Select((r, i) => (r, g: i / k))
                .GroupBy(x => x.g)
                .SelectMany(g => { var m = g.Average(x => x.r); return g.Select(x => x.r - m); })
                .ToArray();
            var adv = tensor(centred).unsqueeze(1);

            Tensor old;
            using (no_grad()) old = Lp(ids);

            var losses = new float[epochs];
            for (int e = 0; e < epochs; e++)
            {
                using var scope = NewDisposeScope();
                var loss = Losses.Cispo(Lp(ids), old, adv, mask, 4.0);
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                losses[e] = loss.ToSingle();
            }
            return losses;
        }

        Tensor Lp(Tensor ids)
        {
            long last = ids.shape[1] - 1;
            var next = ids.narrow(1, 1, last);
            var shifted = policy.forward(ids.narrow(1, 0, last));
            var lp = nn.functional.log_softmax(shifted, -1).gather(2, next.unsqueeze(2)).squeeze(2);
            return cat(new[] { zeros(ids.shape[0], 1), lp }, 1);
        }
    }
}
