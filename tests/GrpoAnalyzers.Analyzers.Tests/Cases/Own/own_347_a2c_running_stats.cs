// case: own.347
// expect: none
// shape: A2C with n-step returns, running statistics that normalise observations and scale rewards, no ratio, new rollout for every step
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Pong
{
    public sealed class RunningStat
    {
        private double mean, m2;
        private long n;
        public void Push(double x)
        {
            n++;
            double d = x - mean;
            mean += d / n;
            m2 += d * (x - mean);
        }
        public double Mean => mean;
        public double Std => n > 1 ? Math.Sqrt(m2 / (n - 1)) : 1.0;
    }

    public interface IGame
    {
        float[] Frame { get; }
        (float reward, bool over) Press(int key);
    }

    public sealed class A2C
    {
        private readonly nn.Module<Tensor, Tensor> trunk, pi, v;
        private readonly optim.Optimizer opt;
        private readonly RunningStat pixels = new(), returns = new();
        private readonly IGame game;
        private const int N = 20;

        public A2C(IGame game, int inputs, int keys)
        {
            this.game = game;
            trunk = nn.Sequential(nn.Linear(inputs, 200), nn.ReLU());
            pi = nn.Linear(200, keys);
            v = nn.Linear(200, 1);
            opt = optim.Adam(trunk.parameters().Concat(pi.parameters()).Concat(v.parameters()), 7e-4);
        }

        private Tensor Prepare(float[] frame)
        {
            foreach (var x in frame) pixels.Push(x);
            return (tensor(frame) - pixels.Mean) / (pixels.Std + 1e-8);
        }

        public void Run(int updates)
        {
            double discounted = 0;
            for (int u = 0; u < updates; u++)
            {
                using var scope = NewDisposeScope();
                var obs = new List<Tensor>();
                var acts = new List<long>();
                var rews = new List<float>();
                var ends = new List<bool>();
                while (rews.Count < N)
                {
                    var o = Prepare(game.Frame);
                    long key;
                    using (no_grad()) key = pi.forward(trunk.forward(o)).softmax(-1).multinomial(1).ToInt64();
                    var (reward, end) = game.Press((int)key);
                    discounted = 0.99 * discounted + reward;
                    returns.Push(discounted);
                    obs.Add(o);
                    acts.Add(key);
                    rews.Add((float)(reward / (returns.Std + 1e-8)));
                    ends.Add(end);
                    if (end) discounted = 0;
                }
                Update(stack(obs), tensor(acts.ToArray()), rews, ends);
            }
        }

        private void Update(Tensor obs, Tensor acts, List<float> rews, List<bool> ends)
        {
            var h = trunk.forward(obs);
            var values = v.forward(h).squeeze(-1);
            float boot;
            using (no_grad()) boot = v.forward(trunk.forward(Prepare(game.Frame))).ToSingle();
            var target = new float[rews.Count];
            for (int t = rews.Count - 1; t >= 0; t--)
                target[t] = boot = rews[t] + (ends[t] ? 0f : 0.99f * boot);
            var ret = tensor(target);
            var adv = (ret - values).detach();
            var dist = distributions.Categorical(logits: pi.forward(h));
            var loss = -(dist.log_prob(acts) * adv).mean() + 0.5 * (ret - values).square().mean() - 0.01 * dist.entropy().mean();
            opt.zero_grad();
            loss.backward();
            opt.step();
        }
    }
}
