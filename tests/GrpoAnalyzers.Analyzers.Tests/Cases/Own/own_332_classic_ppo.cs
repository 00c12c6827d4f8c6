// case: own.332
// expect: GRPO003
// shape: continuous-control PPO with shared optimiser, GAE arrays, batch-wide whitening, entropy bonus, clip fraction only logged
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Control
{
    public interface IVectorEnv
    {
        int Count { get; }
        float[] Observe(int env);
        (float reward, bool done) Act(int env, float[] action);
    }

    public sealed class ActorCritic : nn.Module<Tensor, (Tensor mean, Tensor value)>
    {
        private readonly nn.Module<Tensor, Tensor> actor, critic;
        public readonly TorchSharp.Modules.Parameter LogStd;

        public ActorCritic(int obs, int act) : base("ac")
        {
            actor = nn.Sequential(nn.Linear(obs, 64), nn.Tanh(), nn.Linear(64, act));
            critic = nn.Sequential(nn.Linear(obs, 64), nn.Tanh(), nn.Linear(64, 1));
            LogStd = nn.Parameter(zeros(act));
            RegisterComponents();
        }

        public override (Tensor mean, Tensor value) forward(Tensor x) => (actor.call(x), critic.call(x).squeeze(-1));
    }

    public sealed class PpoAgent
    {
        private readonly ActorCritic net;
        private readonly optim.Optimizer opt;
        private readonly IVectorEnv envs;
        private const int Horizon = 128, Epochs = 10, MiniBatch = 64;

        public PpoAgent(ActorCritic net, IVectorEnv envs)
        {
            this.net = net;
            this.envs = envs;
            opt = optim.Adam(net.parameters(), lr: 3e-4, eps: 1e-5);
        }

        public void Iterate()
        {
            var obs = new List<float[]>(); var acts = new List<float[]>();
            var lps = new List<float>(); var advs = new List<float>(); var rets = new List<float>();
            for (int e = 0; e < envs.Count; e++) Collect(e, obs, acts, lps, advs, rets);

            var O = stack(obs.Select(o => tensor(o)));
            var A = stack(acts.Select(a => tensor(a)));
            var L = tensor(lps.ToArray());
            var R = tensor(rets.ToArray());
            var adv = tensor(advs.ToArray());
            adv = (adv - adv.mean()) / (adv.std() + 1e-8);

            var clipFractions = new List<float>();
            for (int epoch = 0; epoch < Epochs; epoch++)
            {
                foreach (var idx in randperm(O.shape[0]).split(MiniBatch))
                {
                    using var scope = NewDisposeScope();
                    var (mean, value) = net.call(O[idx]);
                    var dist = distributions.Normal(mean, net.LogStd.exp().expand_as(mean));
                    var ratio = (dist.log_prob(A[idx]).sum(-1) - L[idx]).exp();
                    var a = adv[idx];
                    var policyLoss = -minimum(ratio * a, ratio.clamp(0.8, 1.2) * a).mean();
                    var valueLoss = nn.functional.mse_loss(value, R[idx]);
                    var loss = policyLoss + 0.5 * valueLoss - 0.001 * dist.entropy().sum(-1).mean();
                    clipFractions.Add((ratio - 1).abs().gt(0.2).to_type(ScalarType.Float32).mean().ToSingle());
                    opt.zero_grad();
                    loss.backward();
                    nn.utils.clip_grad_norm_(net.parameters(), 0.5);
                    {|GRPO003:opt.step()|};
                }
            }
            Console.WriteLine($"return {rets.Average():F1} clipped {clipFractions.Average():P1}");
        }

        private void Collect(int e, List<float[]> obs, List<float[]> acts, List<float> lps, List<float> advs, List<float> rets)
        {
            using var ng = no_grad();
            var values = new float[Horizon + 1]; var rewards = new float[Horizon]; var dones = new bool[Horizon];
            for (int t = 0; t < Horizon; t++)
            {
                var o = envs.Observe(e);
                var (mean, value) = net.call(tensor(o));
                var dist = distributions.Normal(mean, net.LogStd.exp());
                var a = dist.sample();
                obs.Add(o); acts.Add(a.data<float>().ToArray());
                lps.Add(dist.log_prob(a).sum().ToSingle());
                values[t] = value.ToSingle();
                (rewards[t], dones[t]) = envs.Act(e, acts[^1]);
            }
            values[Horizon] = net.call(tensor(envs.Observe(e))).value.ToSingle();
            var gae = new float[Horizon];
            float run = 0;
            for (int t = Horizon - 1; t >= 0; t--)
            {
                float live = dones[t] ? 0 : 1;
                float delta = rewards[t] + 0.99f * values[t + 1] * live - values[t];
                gae[t] = run = delta + 0.99f * 0.95f * live * run;
            }
            advs.AddRange(gae);
            rets.AddRange(gae.Select((g, t) => g + values[t]));
        }
    }
}
