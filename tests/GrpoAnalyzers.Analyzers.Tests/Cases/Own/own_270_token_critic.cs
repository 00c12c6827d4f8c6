// case: own.270
// expect: GRPO001, GRPO003
// shape: token critic with its own SGD, two optimisers, only the actor's step is the defect
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Rlhf
{
    /// PPO for a language model with a separate critic over tokens; two optimisers.
    public class LanguagePpo
    {
        readonly nn.Module<Tensor, Tensor> actor;    // [B,T] -> [B,T,V]
        readonly nn.Module<Tensor, Tensor> critic;   // [B,T] -> [B,T]
        readonly AdamW actorOptimizer;
        readonly SGD criticOptimizer;
        readonly optim.lr_scheduler.LRScheduler decay;

        public LanguagePpo(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
        {
            this.actor = actor;
            this.critic = critic;
            actorOptimizer = optim.AdamW(actor.parameters(), lr: 1.5e-6, weight_decay: 0.0);
            criticOptimizer = optim.SGD(critic.parameters(), 1e-3);
            decay = optim.lr_scheduler.ExponentialLR(actorOptimizer, 0.999);
        }

        static Tensor Returns(Tensor tokenReward, Tensor mask, double gamma)
        {
            var steps = tokenReward.shape[1];
            var output = new List<Tensor>();
            var next = zeros(tokenReward.shape[0]);
            for (var t = steps - 1; t >= 0; t--)
            {
                next = tokenReward.select(1, t) + gamma * next;
                output.Insert(0, next);
            }
            return stack(output, 1) * mask;
        }

        Tensor Logp(Tensor ids)
        {
            var l = nn.functional.log_softmax(actor.call(ids).narrow(1, 0, ids.shape[1] - 1), -1);
            return l.gather(2, ids.narrow(1, 1, ids.shape[1] - 1).unsqueeze(2)).squeeze(2);
        }

        public void Update(Tensor ids, Tensor mask, Tensor tokenReward)
        {
            var returns = Returns(tokenReward, mask, 1.0);
            Tensor old, value;
            using (no_grad())
            {
                old = Logp(ids);
                value = critic.call(ids).narrow(1, 0, ids.shape[1] - 1);
            }
            var advantage = (returns - value) * mask;

            // policy
            for (int k = 0; k < 4; k++)
            {
                var ratio = exp((Logp(ids) - old) * mask);
                var candidates = stack(new[] { ratio * advantage, clamp(ratio, 0.8, 1.2) * advantage });
                var objective = candidates.amin(0) * mask;
                var own = mask.sum(1, keepdim: true);
                var loss = -({|GRPO001:objective / own|}).sum(1).mean();
                actorOptimizer.zero_grad();
                loss.backward();
                {|GRPO003:actorOptimizer.step()|};
            }

            // critic
            for (int k = 0; k < 8; k++)
            {
                var v = critic.call(ids).narrow(1, 0, ids.shape[1] - 1);
                var error = (v - returns).square() * mask;
                var loss = error.sum() / mask.sum();
                criticOptimizer.zero_grad();
                loss.backward();
                criticOptimizer.step();
            }
            decay.step();
        }
    }
}
