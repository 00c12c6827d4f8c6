// case: own.445
// expect: GRPO001, GRPO002
// shape: einsum reductions, std from sums of squares, one update per rollout
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Numerics.PolicyGradient
{
    /// <summary>P prompts, G samples, T positions: everything is [P, G, T].</summary>
    public readonly struct SampleBlock
    {
        public readonly Tensor Tokens, Mask, Reward;
        public SampleBlock(Tensor tokens, Tensor mask, Tensor reward) { Tokens = tokens; Mask = mask; Reward = reward; }
        public long P => Tokens.shape[0];
        public long G => Tokens.shape[1];
        public long T => Tokens.shape[2];
    }

    public static class Moments
    {
        public static (Tensor mu, Tensor sigma) RowMoments(Tensor x)
        {
            long n = x.shape[1];
            var ones = torch.ones(n);
            var s1 = torch.einsum("pg,g->p", x, ones);
            var s2 = torch.einsum("pg,pg->p", x, x);
            var mu = s1 / n;
            var variance = (s2 / n - mu * mu).clamp_min(0);
            return (mu.unsqueeze(1), variance.sqrt().unsqueeze(1));
        }
    }

    public sealed class EinsumTrainer
    {
        private readonly nn.Module<Tensor, Tensor> net;
        private readonly TorchSharp.Modules.Adam opt;

        public EinsumTrainer(nn.Module<Tensor, Tensor> net)
        {
            this.net = net;
            opt = torch.optim.Adam(net.parameters(), 5e-6);
        }

        private Tensor LogProb(SampleBlock b)
        {
            var flat = b.Tokens.reshape(b.P * b.G, b.T);
            var logits = net.call(flat);
            var chosen = logits.gather(2, flat.unsqueeze(2)).squeeze(2);
            return (chosen - logits.logsumexp(2)).reshape(b.P, b.G, b.T);
        }

        public void Step(SampleBlock b)
        {
            var (mu, sigma) = Moments.RowMoments(b.Reward);
            var a = {|GRPO002:(b.Reward - mu) / (sigma + 1e-4)|};

            opt.zero_grad();
            var lp = LogProb(b);
            var w = (lp - lp.detach()).exp();
            var length = torch.einsum("pgt->pg", b.Mask);
            var weighted = torch.einsum("pgt,pgt,pg->pg", w, b.Mask, a);
            var objective = {|GRPO001:weighted / length|};
            var loss = objective.mean().neg();
            loss.backward();
            opt.step();
        }
    }
}
