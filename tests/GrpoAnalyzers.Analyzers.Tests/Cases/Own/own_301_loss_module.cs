// case: own.301
// expect: GRPO001, GRPO002, GRPO003
// shape: loss as nn.Module with several inputs, advantage estimator as another module, AdamW and linear warm-up
using System;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Summaries
{
    public sealed class ClippedPolicyLoss : Module<Tensor, Tensor, Tensor, Tensor, Tensor>
    {
        private readonly double _eps;

        public ClippedPolicyLoss(double eps) : base(nameof(ClippedPolicyLoss))
        {
            _eps = eps;
            RegisterComponents();
        }

        public override Tensor forward(Tensor logp, Tensor oldLogp, Tensor advantages, Tensor mask)
        {
            var logRatio = where(mask > 0, logp - oldLogp, zeros_like(logp));
            var ratio = logRatio.exp();
            var a = advantages.unsqueeze(-1);
            var loss = torch.max(-a * ratio, -a * ratio.clamp(1 - _eps, 1 + _eps));
            var lengths = mask.sum(dim: 1, keepdim: true);
            var weights = {|GRPO001:mask / lengths|};
            return (loss * weights).sum(1).mean();
        }
    }

    public sealed class GroupWhitening : Module<Tensor, Tensor>
    {
        public GroupWhitening() : base("whitening") { RegisterComponents(); }

        // rewards: [prompts, samples]
        public override Tensor forward(Tensor rewards)
        {
            var (std, mean) = rewards.std_mean(1, unbiased: true, keepdim: true);
            return {|GRPO002:((rewards - mean) / (std + 1e-6))|}.flatten();
        }
    }

    public class SummaryTrainer
    {
        private readonly Module<Tensor, Tensor> _lm;
        private readonly ClippedPolicyLoss _criterion = new(0.2);
        private readonly GroupWhitening _whiten = new();
        private readonly optim.Optimizer _optimizer;
        private readonly optim.lr_scheduler.LRScheduler _schedule;
        private readonly Func<(Tensor ids, Tensor mask, Tensor rewards)> _rollout;

        public SummaryTrainer(Module<Tensor, Tensor> lm, Func<(Tensor, Tensor, Tensor)> rollout)
        {
            _lm = lm;
            _rollout = rollout;
            _optimizer = optim.AdamW(lm.parameters(), lr: 2e-6);
            _schedule = optim.lr_scheduler.LinearLR(_optimizer, start_factor: 0.1, total_iters: 50);
        }

        public void Fit(int iterations, int epochs)
        {
            for (int it = 0; it < iterations; it++)
            {
                var (ids, mask, rewards) = _rollout();
                var adv = _whiten.call(rewards);
                var old = Logp(ids).detach();
                int e = 0;
                while (e++ < epochs)
                {
                    var loss = _criterion.call(Logp(ids), old, adv, mask);
                    _optimizer.zero_grad();
                    loss.backward();
                    {|GRPO003:_optimizer.step()|};
                }
                _schedule.step();
            }
        }

        private Tensor Logp(Tensor ids)
        {
            var logits = _lm.call(ids.slice(1, 0, -1, 1));
            var next = ids.slice(1, 1, ids.shape[1], 1);
            return functional.log_softmax(logits, 2).gather(2, next.unsqueeze(2)).squeeze(2);
        }
    }
}
