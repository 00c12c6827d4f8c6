// case: own.317
// expect: GRPO001, GRPO003
// shape: leave-one-out baseline in floats, extension method for mean log-ratio free loss, recursion over epochs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Loo
{
    public sealed class Draft
    {
        public Tensor Ids, OldLogp;
        public int PromptLength;
        public double Reward, Advantage;
        public long ReplyLength => Ids.shape[0] - PromptLength;
    }

    public static class DraftMath
    {
        public static void LeaveOneOut(this IList<Draft> drafts)
        {
            double total = drafts.Sum(d => d.Reward);
            foreach (var d in drafts)
                d.Advantage = d.Reward - (total - d.Reward) / (drafts.Count - 1);
        }

        public static Tensor ClippedLoss(this Draft d, Tensor logp, double eps)
        {
            var ratio = torch.exp(logp - d.OldLogp);
            Tensor bounded = d.Advantage >= 0
                ? torch.minimum(ratio, full_like(ratio, 1 + eps))
                : torch.maximum(ratio, full_like(ratio, 1 - eps));
            return {|GRPO001:(bounded * -d.Advantage).sum().div(d.ReplyLength)|};
        }
    }

    public class LooTrainer
    {
        private readonly nn.Module<Tensor, Tensor> _net;
        private readonly optim.Optimizer _opt;

        public LooTrainer(nn.Module<Tensor, Tensor> net)
        {
            _net = net;
            _opt = optim.Adam(net.parameters(), 1e-6);
        }

        public void Train(List<Draft[]> prompts, int epochs)
        {
            foreach (var drafts in prompts) drafts.LeaveOneOut();
            var flat = prompts.SelectMany(p => p).ToList();
            using (no_grad()) flat.ForEach(d => d.OldLogp = Logp(d));
            Epoch(flat, epochs);
        }

        private void Epoch(List<Draft> drafts, int remaining)
        {
            if (remaining == 0) return;
            using (NewDisposeScope())
            {
                var losses = drafts.Select(d => d.ClippedLoss(Logp(d), 0.2)).ToList();
                _opt.zero_grad();
                stack(losses).mean().backward();
                {|GRPO003:_opt.step()|};
            }
            Epoch(drafts, remaining - 1);
        }

        private Tensor Logp(Draft d)
        {
            var logits = _net.forward(d.Ids.unsqueeze(0))[0].narrow(0, d.PromptLength - 1, d.ReplyLength);
            var target = d.Ids.narrow(0, d.PromptLength, d.ReplyLength);
            return -nn.functional.cross_entropy(logits, target, reduction: nn.Reduction.None);
        }
    }
}
