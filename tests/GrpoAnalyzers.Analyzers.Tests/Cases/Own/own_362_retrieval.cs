// case: own.362
// expect: GRPO001, GRPO003
// shape: nn.Module loss, 3-D [prompt, sample, token], centred rewards only, query rewriting
using System;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QueryRewriting
{
    internal sealed class ClippedQueryLoss : Module<Tensor, Tensor, Tensor, Tensor, Tensor>
    {
        private readonly double eps;

        public ClippedQueryLoss(double eps) : base(nameof(ClippedQueryLoss)) { this.eps = eps; }

        // logp, behaviour, live: [P, K, T]; adv: [P, K]
        public override Tensor forward(Tensor logp, Tensor behaviour, Tensor adv, Tensor live)
        {
            var rho = (logp - behaviour).exp();
            var a = adv.unsqueeze(-1);
            var lower = torch.minimum(rho * a, torch.clamp(rho, 1.0 - eps, 1.0 + eps) * a);
            var lengths = live.sum(-1);
            var perQuery = {|GRPO001:(lower * live).sum(-1) / lengths|};
            return -perQuery.mean();
        }
    }

    internal sealed class Rewriter
    {
        private readonly Module<Tensor, Tensor> net;
        private readonly Func<Tensor, Tensor> recallAtTen;
        private readonly ClippedQueryLoss criterion = new(0.2);
        private readonly optim.Optimizer optimizer;

        public Rewriter(Module<Tensor, Tensor> net, Func<Tensor, Tensor> recallAtTen)
        {
            this.net = net;
            this.recallAtTen = recallAtTen;
            optimizer = optim.AdamW(net.parameters(), lr: 5e-7);
        }

        private Tensor LogProb(Tensor tokens)
        {
            var (p, k, t) = (tokens.shape[0], tokens.shape[1], tokens.shape[2]);
            var flat = tokens.view(p * k, t);
            var logits = net.forward(flat.slice(1, 0, t - 1, 1));
            var picked = functional.log_softmax(logits, -1)
                .gather(-1, flat.slice(1, 1, t, 1).unsqueeze(-1)).squeeze(-1);
            return picked.view(p, k, t - 1);
        }

        public void Update(Tensor tokens, Tensor live)
        {
            using var outer = NewDisposeScope();
            Tensor behaviour, adv;
            using (no_grad())
            {
                behaviour = LogProb(tokens);
                var recall = recallAtTen(tokens);
                adv = recall - recall.mean(new long[] { -1 }, keepdim: true);
            }

            var left = 4;
            do
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var loss = criterion.forward(LogProb(tokens), behaviour, adv, live);
                loss.backward();
                nn.utils.clip_grad_norm_(net.parameters(), 1.0);
                {|GRPO003:optimizer.step()|};
            }
            while (--left > 0);
        }
    }
}
