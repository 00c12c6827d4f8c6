// case: own.342
// expect: none
// shape: several passes over the same texts, but the old log-probabilities are computed anew before every pass, token mean, centring
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Refreshed
{
    public interface ITextScorer { float[] Score(Tensor ids); }

    public class RefreshingTrainer
    {
        private readonly nn.Module<Tensor, Tensor> lm;
        private readonly ITextScorer scorer;
        private readonly optim.Optimizer opt;

        public RefreshingTrainer(nn.Module<Tensor, Tensor> lm, ITextScorer scorer)
        {
            this.lm = lm;
            this.scorer = scorer;
            opt = optim.Adam(lm.parameters(), 1e-6);
        }

        public void Round(Tensor ids, Tensor mask, int group, int passes)
        {
            var r = tensor(scorer.Score(ids)).view(-1, group);
            var adv = (r - r.mean(new long[] { 1 }, true)).view(-1, 1);

            for (int pass = 0; pass < passes; pass++)
            {
                // the anchor moves with the policy: each pass is one proximal step
                var anchor = Snapshot(ids);
                StepOnce(ids, mask, adv, anchor);
            }
        }

        public void Run(IEnumerable<(Tensor ids, Tensor mask)> rollouts, int group, int passes)
        {
            var lengths = new Queue<float>();
            foreach (var (ids, mask) in rollouts)
            {
                Round(ids, mask, group, passes);
                lengths.Enqueue(mask.sum(1).mean().ToSingle());
                if (lengths.Count > 50) lengths.Dequeue();
                float total = 0;
                foreach (var l in lengths) total += l;
                Console.WriteLine($"average length {total / lengths.Count:F1}");
            }
        }

        private Tensor Snapshot(Tensor ids)
        {
            using var ng = no_grad();
            return Lp(ids);
        }

        private void StepOnce(Tensor ids, Tensor mask, Tensor adv, Tensor anchor)
        {
            using var scope = NewDisposeScope();
            var ratio = (Lp(ids) - anchor).exp();
            var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
            opt.zero_grad();
            loss.backward();
            opt.step();
        }

        private Tensor Lp(Tensor ids)
        {
            var logits = lm.forward(ids).transpose(1, 2);
            return nn.functional.cross_entropy(logits, ids, reduction: nn.Reduction.None).neg();
        }
    }
}
