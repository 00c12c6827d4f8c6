// case: own.341
// expect: none
// shape: legged-robot PPO with learning rate adapted to the measured KL inside the update loop (rsl style), batch whitening with critic
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Legged
{
    public sealed class Storage
    {
        public Tensor Obs, Actions, LogProb, Mu, Sigma, Values, Returns, Advantages;
    }

    public sealed class ActorCritic : nn.Module
    {
        public readonly nn.Module<Tensor, Tensor> Actor, Critic;
        public readonly TorchSharp.Modules.Parameter Sigma;

        public ActorCritic(int obs, int actions) : base("actor_critic")
        {
            Actor = nn.Sequential(nn.Linear(obs, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, actions));
            Critic = nn.Sequential(nn.Linear(obs, 256), nn.ReLU(), nn.Linear(256, 1));
            Sigma = nn.Parameter(ones(actions));
            RegisterComponents();
        }
    }

    public sealed class LeggedPpo
    {
        private readonly ActorCritic ac;
        private readonly TorchSharp.Modules.Adam optimizer;
        private double learningRate = 1e-3;
        private const double DesiredKl = 0.01;
        public int LearningEpochs { get; init; } = 5;
        public int MiniBatches { get; init; } = 4;

        public LeggedPpo(ActorCritic ac)
        {
            this.ac = ac;
            optimizer = optim.Adam(ac.parameters(), learningRate);
        }

        public void Update(Storage st)
        {
            st.Advantages = (st.Advantages - st.Advantages.mean()) / (st.Advantages.std() + 1e-8);
            for (int epoch = 0; epoch < LearningEpochs; epoch++)
            foreach (var b in randperm(st.Obs.shape[0]).chunk(MiniBatches))
            {
                using var scope = NewDisposeScope();
                var mu = ac.Actor.call(st.Obs[b]);
                var sigma = ac.Sigma.expand_as(mu);
                var logp = distributions.Normal(mu, sigma).log_prob(st.Actions[b]).sum(-1);

                using (no_grad())
                {
                    var kl = (log(sigma / st.Sigma[b] + 1e-5)
                        + (st.Sigma[b].square() + (st.Mu[b] - mu).square()) / (2.0 * sigma.square()) - 0.5).sum(-1).mean().ToDouble();
                    if (kl > DesiredKl * 2.0)
                        learningRate = Math.Max(1e-5, learningRate / 1.5);
                    else if (kl < DesiredKl / 2.0 && kl > 0.0)
                        learningRate = Math.Min(1e-2, learningRate * 1.5);
                    foreach (var g in optimizer.ParamGroups)
                        g.LearningRate = learningRate;
                }

                var ratio = exp(logp - st.LogProb[b]);
                var adv = st.Advantages[b];
                var surrogate = -adv * ratio;
                var surrogateClipped = -adv * ratio.clamp(0.8, 1.2);
                var surrogateLoss = maximum(surrogate, surrogateClipped).mean();
                var valueLoss = (st.Returns[b] - ac.Critic.call(st.Obs[b]).squeeze(-1)).square().mean();
                var loss = surrogateLoss + valueLoss;

                optimizer.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(ac.parameters(), 1.0);
                optimizer.step();
            }
        }
    }
}
