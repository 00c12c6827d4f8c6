// case: own.030
// expect: GRPO003
// shape: discrete control PPO with GAE, batch std (one action a row) and ten epochs of shuffled minibatches
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class PpoAgent
{
    private const int K = 10;
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer actorOpt;
    private readonly optim.Optimizer criticOpt;

    public PpoAgent(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        actorOpt = optim.Adam(actor.parameters(), lr: 3e-4);
        criticOpt = optim.Adam(critic.parameters(), lr: 1e-3);
    }

    private static (float[] adv, float[] ret) Gae(float[] rewards, float[] values, bool[] done, float last, float gamma = 0.99f, float lam = 0.95f)
    {
        var adv = new float[rewards.Length];
        var ret = new float[rewards.Length];
        float run = 0, next = last;
        for (var t = rewards.Length - 1; t >= 0; t--)
        {
            var live = done[t] ? 0f : 1f;
            var delta = rewards[t] + gamma * next * live - values[t];
            run = delta + gamma * lam * live * run;
            adv[t] = run;
            ret[t] = run + values[t];
            next = values[t];
        }

        return (adv, ret);
    }

    public void Update(Tensor obs, Tensor actions, Tensor oldLogProb, float[] rewards, float[] values, bool[] done, float last)
    {
        var (a, r) = Gae(rewards, values, done, last);
        var adv = tensor(a);
        adv = (adv - adv.mean()) / (adv.std() + 1e-8);
        var ret = tensor(r);
        for (var epoch = 0; epoch < K; epoch++)
        {
            foreach (var idx in randperm(obs.shape[0]).split(64))
            {
                var lp = actor.call(obs.index_select(0, idx)).log_softmax(1).gather(1, actions.index_select(0, idx).unsqueeze(1)).squeeze(1);
                var ratio = (lp - oldLogProb.index_select(0, idx)).exp();
                var mb = adv.index_select(0, idx);
                var actorLoss = -torch.min(ratio * mb, ratio.clamp(0.8, 1.2) * mb).mean();
                actorOpt.zero_grad();
                actorLoss.backward();
                {|GRPO003:actorOpt.step()|};

                var valueLoss = nn.functional.mse_loss(critic.call(obs.index_select(0, idx)).squeeze(1), ret.index_select(0, idx));
                criticOpt.zero_grad();
                valueLoss.backward();
                criticOpt.step();
            }
        }
    }
}
