// case: own.324
// expect: GRPO002, GRPO003
// shape: recommendation slate, several sampled items for each user as a [U, K] group, Categorical policy, no token axis
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Recommender
{
    public interface IClickSimulator
    {
        Tensor Utility(Tensor users, Tensor items);   // [U, K]
    }

    public class SlatePolicy : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> tower;

        public SlatePolicy(int features, int catalogue) : base("slate")
        {
            tower = nn.Sequential(nn.Linear(features, 256), nn.ReLU(), nn.LayerNorm(256), nn.Linear(256, catalogue));
            RegisterComponents();
        }

        public override Tensor forward(Tensor users) => tower.call(users);
    }

    public class SlateTrainer
    {
        private readonly SlatePolicy policy;
        private readonly IClickSimulator clicks;
        private readonly optim.Optimizer opt;
        private readonly int samplesPerUser;

        public SlateTrainer(SlatePolicy policy, IClickSimulator clicks, int samplesPerUser = 10)
        {
            this.policy = policy;
            this.clicks = clicks;
            this.samplesPerUser = samplesPerUser;
            opt = optim.Adam(policy.parameters(), 1e-3);
        }

        public void Round(Tensor users, int updates = 5)
        {
            Tensor items, old, utility;
            using (no_grad())
            {
                var logits = policy.call(users);
                items = logits.softmax(-1).multinomial(samplesPerUser, replacement: true);
                old = logits.log_softmax(-1).gather(1, items);
                utility = clicks.Utility(users, items);
            }

            // each user is a group of its own
            var perUserMean = utility.mean(new long[] { 1 }, keepdim: true);
            var perUserStd = utility.std(1, unbiased: true, keepdim: true);
            var adv = {|GRPO002:(utility - perUserMean) / (perUserStd + 1e-5)|};

            for (int u = 0; u < updates; u++)
            {
                var logits = policy.call(users);
                var logp = logits.log_softmax(-1);
                var ratio = (logp.gather(1, items) - old).exp();
                var surrogate = minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
                var entropy = -(logp.exp() * logp).sum(-1).mean();
                var loss = -surrogate - 0.01 * entropy;

                opt.zero_grad();
                loss.backward();
                {|GRPO003:opt.step()|};
            }
        }
    }
}
