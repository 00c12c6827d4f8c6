// case: own.351
// expect: none
// shape: reward-model training with mean-pooled hidden states per text and standardised labels, epochs with Adam, no policy
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace RewardModelling
{
    public sealed class PooledScorer : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> encoder, head;

        public PooledScorer(nn.Module<Tensor, Tensor> encoder, int dim) : base(nameof(PooledScorer))
        {
            this.encoder = encoder;
            head = nn.Linear(dim, 1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor ids, Tensor mask)
        {
            var h = encoder.call(ids) * mask.unsqueeze(-1);
            var pooled = h.sum(1) / mask.sum(1, keepdim: true);
            return head.call(pooled).squeeze(-1);
        }
    }

    public sealed class ScorerTrainer
    {
        private readonly PooledScorer scorer;
        private readonly optim.Optimizer opt;

        public ScorerTrainer(PooledScorer scorer)
        {
            this.scorer = scorer;
            opt = optim.Adam(scorer.parameters(), 1e-5);
        }

        public void FitRatings(Tensor ids, Tensor mask, Tensor ratings, int raters, int epochs)
        {
            // every rater uses the scale differently
            var byRater = ratings.view(raters, -1);
            var z = (byRater - byRater.mean(new long[] { 1 }, keepdim: true)) / (byRater.std(1, keepdim: true) + 1e-6);
            var target = z.view(-1);
            for (int e = 0; e < epochs; e++)
            {
                using var scope = NewDisposeScope();
                var loss = nn.functional.huber_loss(scorer.call(ids, mask), target);
                opt.zero_grad();
                loss.backward();
                opt.step();
            }
        }

        public void FitPairs(IEnumerable<(Tensor win, Tensor winMask, Tensor lose, Tensor loseMask)> pairs)
        {
            foreach (var (win, winMask, lose, loseMask) in pairs)
            {
                using var scope = NewDisposeScope();
                var margin = scorer.call(win, winMask) - scorer.call(lose, loseMask);
                var loss = -nn.functional.logsigmoid(margin).mean();
                opt.zero_grad();
                loss.backward();
                opt.step();
            }
        }
    }
}
