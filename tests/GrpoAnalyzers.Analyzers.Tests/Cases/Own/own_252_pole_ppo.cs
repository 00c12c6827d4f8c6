// case: own.252
// expect: GRPO003
// shape: control PPO with GAE critic, batch-wide whitening (no 002), epochs x mini-batches
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

public interface IEnv
{
    float[] Reset();
    (float[] obs, float reward, bool done) Step(int action);
}

public class ActorCritic : nn.Module<Tensor, (Tensor logits, Tensor value)>
{
    private readonly Sequential body;
    private readonly Linear pi, v;

    public ActorCritic(int obs, int actions) : base("ac")
    {
        body = nn.Sequential(nn.Linear(obs, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh());
        pi = nn.Linear(64, actions);
        v = nn.Linear(64, 1);
        RegisterComponents();
    }

    public override (Tensor logits, Tensor value) forward(Tensor x)
    {
        var h = body.call(x);
        return (pi.call(h), v.call(h).squeeze(-1));
    }
}

public class PpoAgent
{
    const int Horizon = 1024, Epochs = 10, MiniBatch = 64;
    const float Gamma = 0.99f, Lambda = 0.95f, Clip = 0.2f;

    readonly IEnv env;
    readonly ActorCritic net;
    readonly optim.Optimizer opt;

    public PpoAgent(IEnv env, int obs, int actions)
    {
        this.env = env;
        net = new ActorCritic(obs, actions);
        opt = optim.Adam(net.parameters(), lr: 3e-4);
    }

    public void Learn(int iterations)
    {
        var obs = env.Reset();
        for (int it = 0; it < iterations; it++)
        {
            var states = new List<float>();
            var actions = new long[Horizon];
            var logps = new float[Horizon];
            var values = new float[Horizon + 1];
            var rewards = new float[Horizon];
            var dones = new bool[Horizon];

            using (no_grad())
            {
                for (int t = 0; t < Horizon; t++)
                {
                    var (logits, value) = net.call(tensor(obs).unsqueeze(0));
                    var dist = new Categorical(logits: logits);
                    var act = dist.sample();
                    states.AddRange(obs);
                    actions[t] = act.ToInt64();
                    logps[t] = dist.log_prob(act).ToSingle();
                    values[t] = value.ToSingle();
                    (obs, rewards[t], dones[t]) = env.Step((int)actions[t]);
                    if (dones[t]) obs = env.Reset();
                }
                values[Horizon] = net.call(tensor(obs).unsqueeze(0)).value.ToSingle();
            }

            // generalised advantage estimation
            var adv = new float[Horizon];
            float run = 0;
            for (int t = Horizon - 1; t >= 0; t--)
            {
                float live = dones[t] ? 0 : 1;
                float delta = rewards[t] + Gamma * values[t + 1] * live - values[t];
                run = delta + Gamma * Lambda * live * run;
                adv[t] = run;
            }

            Update(tensor(states.ToArray()).reshape(Horizon, -1), tensor(actions), tensor(logps), tensor(adv),
                   tensor(adv) + tensor(values[..Horizon]));
        }
    }

    void Update(Tensor s, Tensor a, Tensor oldLogp, Tensor adv, Tensor ret)
    {
        adv = (adv - adv.mean()) / (adv.std() + 1e-8f);
        for (int e = 0; e < Epochs; e++)
        {
            var perm = randperm(Horizon, ScalarType.Int64);
            for (int start = 0; start < Horizon; start += MiniBatch)
            {
                var idx = perm.narrow(0, start, MiniBatch);
                var (logits, value) = net.call(s.index_select(0, idx));
                var dist = new Categorical(logits: logits);
                var ratio = exp(dist.log_prob(a.index_select(0, idx)) - oldLogp.index_select(0, idx));
                var A = adv.index_select(0, idx);
                var policyLoss = -torch.min(ratio * A, clamp(ratio, 1 - Clip, 1 + Clip) * A).mean();
                var valueLoss = nn.functional.mse_loss(value, ret.index_select(0, idx));
                var loss = policyLoss + 0.5 * valueLoss - 0.01 * dist.entropy().mean();
                opt.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(net.parameters(), 0.5);
                {|GRPO003:opt.step()|};
            }
        }
    }
}
