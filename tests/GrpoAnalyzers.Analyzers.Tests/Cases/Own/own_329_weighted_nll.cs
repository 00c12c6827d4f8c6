// case: own.329
// expect: GRPO001
// shape: advantage-weighted negative log-likelihood with nll_loss sums, averaged reply by reply in a LINQ expression, RMSProp
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Support
{
    public record Reply(Tensor Context, Tensor Target, double Satisfaction);

    public interface IReplySource
    {
        IEnumerable<Reply[]> Tickets();
    }

    public class ReplyTrainer
    {
        private readonly Module<Tensor, Tensor> _bot;
        private readonly optim.Optimizer _rms;

        public ReplyTrainer(Module<Tensor, Tensor> bot)
        {
            _bot = bot;
            _rms = optim.RMSProp(bot.parameters(), 1e-5);
        }

        public void Run(IReplySource source)
        {
            int n = 0;
            foreach (var replies in source.Tickets())
            {
                using var scope = NewDisposeScope();
                var baseline = replies.Average(r => r.Satisfaction);
                var loss = replies
                    .Select(r => (r.Satisfaction - baseline) * {|GRPO001:(NegLogLik(r) / r.Target.numel())|})
                    .Aggregate((x, y) => x + y)
                    .div(replies.Length);
                _rms.zero_grad();
                loss.backward();
                _rms.step();
                if (++n % 10 == 0)
                    Console.WriteLine($"ticket {n}: satisfaction {baseline:F2}");
            }
        }

        private Tensor NegLogLik(Reply r)
        {
            var all = cat(new[] { r.Context, r.Target }, 0).unsqueeze(0);
            var logp = _bot.forward(all)[0].log_softmax(-1);
            var rows = logp.narrow(0, r.Context.shape[0] - 1, r.Target.shape[0]);
            return functional.nll_loss(rows, r.Target, reduction: Reduction.Sum);
        }
    }
}
