// case: own.335
// expect: none
// shape: PPO epochs with optional target KL (nullable threshold, break) in an options object; whitening batch-wide with a critic
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace CartPole
{
    public class PpoOptions
    {
        public int NEpochs { get; set; } = 10;
        public long BatchSize { get; set; } = 64;
        public double ClipRange { get; set; } = 0.2;
        public double? TargetKl { get; set; } = 0.015;
        public double EntCoef { get; set; } = 0.0;
        public double VfCoef { get; set; } = 0.5;
        public bool NormalizeAdvantage { get; set; } = true;
    }

    public class RolloutBuffer
    {
        public Tensor Observations, Actions, LogProbs, Advantages, Returns;

        public IEnumerable<RolloutBuffer> Get(long batchSize)
        {
            foreach (var idx in randperm(Observations.shape[0]).split(batchSize))
            {
                yield return new RolloutBuffer
                {
                    Observations = Observations[idx],
                    Actions = Actions[idx],
                    LogProbs = LogProbs[idx],
                    Advantages = Advantages[idx],
                    Returns = Returns[idx]
                };
            }
        }
    }

    public sealed class Cart
    {
        private readonly Random rng;
        private double x, v, theta, omega;
        private int steps;

        public Cart(int seed)
        {
            rng = new Random(seed);
            Reset();
        }

        public float[] Reset()
        {
            (x, v, theta, omega) = (Small(), Small(), Small(), Small());
            steps = 0;
            return State;
        }

        public float[] State => new[] { (float)x, (float)v, (float)theta, (float)omega };
        private double Small() => rng.NextDouble() * 0.1 - 0.05;

        public (float[] state, float reward, bool done) Push(long action)
        {
            double force = action == 1 ? 10 : -10;
            double sin = Math.Sin(theta), cos = Math.Cos(theta);
            double temp = (force + 0.05 * omega * omega * sin) / 1.1;
            double alpha = (9.8 * sin - cos * temp) / (0.5 * (4.0 / 3.0 - 0.1 * cos * cos / 1.1));
            double acc = temp - 0.05 * alpha * cos / 1.1;
            x += 0.02 * v;
            v += 0.02 * acc;
            theta += 0.02 * omega;
            omega += 0.02 * alpha;
            bool done = Math.Abs(x) > 2.4 || Math.Abs(theta) > 0.209 || ++steps >= 500;
            return (State, 1f, done);
        }
    }

    public static class Collector
    {
        public static RolloutBuffer Collect(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic, Cart cart, int n, double gamma, double lambda)
        {
            using var ng = no_grad();
            var obs = new List<Tensor>();
            var actions = new long[n];
            var logp = new float[n];
            var values = new float[n + 1];
            var rewards = new float[n];
            var done = new bool[n];
            for (int t = 0; t < n; t++)
            {
                var o = tensor(cart.State);
                var lp = actor.forward(o).log_softmax(-1);
                actions[t] = lp.exp().multinomial(1).ToInt64();
                logp[t] = lp[actions[t]].ToSingle();
                values[t] = critic.forward(o).ToSingle();
                (_, rewards[t], done[t]) = cart.Push(actions[t]);
                if (done[t]) cart.Reset();
                obs.Add(o);
            }
            values[n] = critic.forward(tensor(cart.State)).ToSingle();

            var adv = new float[n];
            var ret = new float[n];
            double last = 0;
            for (int t = n - 1; t >= 0; t--)
            {
                double live = done[t] ? 0 : 1;
                double delta = rewards[t] + gamma * values[t + 1] * live - values[t];
                last = delta + gamma * lambda * live * last;
                adv[t] = (float)last;
                ret[t] = adv[t] + values[t];
            }
            return new RolloutBuffer
            {
                Observations = stack(obs),
                Actions = tensor(actions),
                LogProbs = tensor(logp),
                Advantages = tensor(adv),
                Returns = tensor(ret)
            };
        }
    }

    public class Ppo
    {
        private readonly nn.Module<Tensor, Tensor> actor, critic;
        private readonly optim.Optimizer optimizer;
        private readonly PpoOptions o;

        public Ppo(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic, PpoOptions o)
        {
            this.actor = actor;
            this.critic = critic;
            this.o = o;
            var all = new List<TorchSharp.Modules.Parameter>(actor.parameters());
            all.AddRange(critic.parameters());
            optimizer = optim.Adam(all, 3e-4, eps: 1e-5);
        }

        public void Train(RolloutBuffer buffer)
        {
            bool continueTraining = true;
            for (int epoch = 0; epoch < o.NEpochs; epoch++)
            {
                foreach (var data in buffer.Get(o.BatchSize))
                {
                    using var scope = NewDisposeScope();
                    var dist = distributions.Categorical(logits: actor.forward(data.Observations));
                    var logProb = dist.log_prob(data.Actions);
                    var values = critic.forward(data.Observations).flatten();
                    var advantages = data.Advantages;
                    if (o.NormalizeAdvantage)
                        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8);

                    var ratio = exp(logProb - data.LogProbs);
                    var policyLoss1 = advantages * ratio;
                    var policyLoss2 = advantages * clamp(ratio, 1 - o.ClipRange, 1 + o.ClipRange);
                    var policyLoss = -min(policyLoss1, policyLoss2).mean();
                    var valueLoss = nn.functional.mse_loss(values, data.Returns);
                    var loss = policyLoss - o.EntCoef * dist.entropy().mean() + o.VfCoef * valueLoss;

                    float approxKl;
                    using (no_grad())
                    {
                        var logRatio = logProb - data.LogProbs;
                        approxKl = ((logRatio.exp() - 1) - logRatio).mean().ToSingle();
                    }
                    if (o.TargetKl is double limit && approxKl > 1.5 * limit)
                    {
                        continueTraining = false;
                        Console.WriteLine($"Early stopping at epoch {epoch}: kl {approxKl:F4}");
                        break;
                    }

                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
                if (!continueTraining) break;
            }
        }
    }
}
