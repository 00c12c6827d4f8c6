// case: own.418
// expect: none
// shape: python-style token PPO with value head, GAE, batch-wide whitening, KL-adapted learning rate
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace chat_ppo;

public class ActorCritic : Module<Tensor, (Tensor logits, Tensor values)>
{
    readonly Module<Tensor, Tensor> trunk, lm_head, v_head;

    public ActorCritic(long vocab, long dim) : base("actor_critic")
    {
        trunk = Sequential(Embedding(vocab, dim), Linear(dim, dim), Tanh());
        lm_head = Linear(dim, vocab);
        v_head = Linear(dim, 1);
        RegisterComponents();
    }

    public override (Tensor logits, Tensor values) forward(Tensor ids)
    {
        var h = trunk.call(ids);
        return (lm_head.call(h), v_head.call(h).squeeze(-1));
    }
}

public static class adv_utils
{
    public static Tensor gae(Tensor rewards, Tensor values, double gamma, double lam)
    {
        var T = rewards.shape[1];
        var outp = new Tensor[T];
        var last = zeros_like(rewards.select(1, 0));
        for (var t = T - 1; t >= 0; t--)
        {
            var next_v = t + 1 < T ? values.select(1, t + 1) : zeros_like(last);
            var delta = rewards.select(1, t) + gamma * next_v - values.select(1, t);
            last = delta + gamma * lam * last;
            outp[t] = last;
        }
        return stack(outp, 1);
    }

    public static Tensor whiten(Tensor x, Tensor mask)
    {
        var n = mask.sum();
        var mu = (x * mask).sum() / n;
        var variance = ((x - mu).square() * mask).sum() / n;
        return (x - mu) * (variance + 1e-8).rsqrt();
    }
}

public class PpoTrainer
{
    public ActorCritic net = new(32000, 512);
    public optim.Optimizer opt;
    public double lr = 1e-5, target_kl = 0.01;
    public int ppo_epochs = 4;

    public PpoTrainer() => opt = optim.Adam(net.parameters(), lr: lr);

    public void step(Tensor ids, Tensor actions, Tensor mask, Tensor rewards)
    {
        Tensor old_logp, adv, returns;
        using (no_grad())
        {
            var (logits0, v0) = net.call(ids);
            old_logp = logits0.log_softmax(-1).gather(2, actions.unsqueeze(2)).squeeze(2);
            var raw = adv_utils.gae(rewards, v0, 1.0, 0.95);
            returns = raw + v0;
            adv = adv_utils.whiten(raw, mask);
        }

        for (var epoch = 0; epoch < ppo_epochs; epoch++)
        {
            using var scope = NewDisposeScope();
            var (logits, values) = net.call(ids);
            var logp = logits.log_softmax(-1).gather(2, actions.unsqueeze(2)).squeeze(2);
            var log_ratio = (logp - old_logp) * mask;
            var ratio = log_ratio.exp();
            var pg = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
            var pg_loss = (pg * mask).sum() / mask.sum();
            var v_loss = ((values - returns).square() * mask).sum() / mask.sum();
            opt.zero_grad();
            (pg_loss + 0.5 * v_loss).backward();
            opt.step();

            var kl = ((log_ratio.detach().exp() - 1 - log_ratio.detach()).sum() / mask.sum()).ToDouble();
            if (kl > 1.5 * target_kl) break;
            if (kl > target_kl) lr = Math.Max(lr / 1.5, 1e-7);
            else if (kl < target_kl / 2) lr = Math.Min(lr * 1.5, 1e-4);
            foreach (var g in opt.ParamGroups) g.LearningRate = lr;
        }
    }
}
