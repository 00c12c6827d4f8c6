// case: own.318
// expect: GRPO001, GRPO003
// shape: RLHF with a value network and GAE, two optimisers, policy part averaged per reply, value part per token, no whitening
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Rlhf
{
    public class PpoArgs
    {
        public double Gamma = 1.0, Lambda = 0.95, Eps = 0.2, VfCoef = 0.1;
        public int PpoEpochs = 4;
    }

    public class RlhfTrainer
    {
        readonly nn.Module<Tensor, Tensor> actor, critic;
        readonly optim.Optimizer actorOpt, criticOpt;
        readonly PpoArgs args;

        public RlhfTrainer(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic, PpoArgs args)
        {
            this.actor = actor; this.critic = critic; this.args = args;
            actorOpt = optim.AdamW(actor.parameters(), 1e-6);
            criticOpt = optim.AdamW(critic.parameters(), 5e-6);
        }

        (Tensor adv, Tensor ret) Gae(Tensor values, Tensor rewards, Tensor mask)
        {
            long T = values.shape[1];
            var adv = zeros_like(values);
            var last = zeros(values.shape[0]);
            for (long t = T - 1; t >= 0; t--)
            {
                var nextValue = t + 1 < T ? values.select(1, t + 1) * mask.select(1, t + 1) : zeros_like(last);
                var delta = rewards.select(1, t) + args.Gamma * nextValue - values.select(1, t);
                last = delta + args.Gamma * args.Lambda * last;
                last = last * mask.select(1, t);
                adv.select(1, t).copy_(last);
            }
            return (adv, adv + values);
        }

        public (float policy, float value) Optimize(Tensor ids, Tensor mask, Tensor tokenRewards)
        {
            Tensor old, adv, ret;
            using (no_grad())
            {
                old = Lp(ids);
                var values = critic.forward(ids).squeeze(-1);
                (adv, ret) = Gae(values, tokenRewards, mask);
            }
            float pl = 0, vl = 0;
            for (int e = 0; e < args.PpoEpochs; e++)
            {
                using var scope = NewDisposeScope();
                var rho = (Lp(ids) - old).exp();
                var pg = torch.max(-adv * rho, -adv * rho.clamp(1 - args.Eps, 1 + args.Eps));
                var policyLoss = {|GRPO001:((pg * mask).sum(1) / mask.sum(1))|}.mean();
                actorOpt.zero_grad();
                policyLoss.backward();
                {|GRPO003:actorOpt.step()|};

                var v = critic.forward(ids).squeeze(-1);
                var valueLoss = args.VfCoef * ((v - ret).square() * mask).sum() / mask.sum();
                criticOpt.zero_grad();
                valueLoss.backward();
                criticOpt.step();
                pl += policyLoss.ToSingle();
                vl += valueLoss.ToSingle();
            }
            return (pl / args.PpoEpochs, vl / args.PpoEpochs);
        }

        Tensor Lp(Tensor ids) => actor.forward(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
    }
}
