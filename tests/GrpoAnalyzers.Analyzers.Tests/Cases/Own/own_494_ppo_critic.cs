// case: own.494
// expect: none
// shape: PPO with critic, GAE and batch-wide whitening, learning rate shrunk on KL, token means
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Accompany;

public sealed class ActorCritic : nn.Module<Tensor, (Tensor logits, Tensor value)>
{
    private readonly TorchSharp.Modules.Embedding notes = nn.Embedding(256, 192);
    private readonly TorchSharp.Modules.Linear body = nn.Linear(192, 192);
    private readonly TorchSharp.Modules.Linear pi = nn.Linear(192, 256);
    private readonly TorchSharp.Modules.Linear v = nn.Linear(192, 1);
    public ActorCritic() : base("accompanist") => RegisterComponents();
    public override (Tensor logits, Tensor value) forward(Tensor ids)
    {
        var h = body.call(notes.call(ids)).relu();
        return (pi.call(h), v.call(h).squeeze(-1));
    }
}

public static class Gae
{
    public static (Tensor adv, Tensor ret) Compute(Tensor rewards, Tensor values, Tensor mask, double gamma = 1.0, double lam = 0.95)
    {
        var T = rewards.shape[1];
        var running = zeros(rewards.shape[0]);
        var columns = new Tensor[T];
        for (var t = T - 1; t >= 0; t--)
        {
            var next = t + 1 < T ? values.select(1, t + 1) * mask.select(1, t + 1) : zeros_like(running);
            var delta = rewards.select(1, t) + gamma * next - values.select(1, t);
            running = (delta + gamma * lam * running) * mask.select(1, t);
            columns[t] = running;
        }
        var adv = stack(columns, 1);
        return (adv, adv + values);
    }

    public static Tensor Whiten(Tensor x, Tensor mask)
    {
        var valid = x.masked_select(mask.to(ScalarType.Bool));
        return (x - valid.mean()) / (valid.std() + 1e-8) * mask;
    }
}

public sealed class PpoTrainer
{
    private readonly ActorCritic model = new();
    private readonly optim.Optimizer optimizer;
    private const double KlTarget = 0.01;
    public PpoTrainer() => optimizer = optim.Adam(model.parameters(), lr: 1e-4);

    private (Tensor lp, Tensor value) Forward(Tensor ids, Tensor actions)
    {
        var (logits, value) = model.call(ids);
        return (logits.log_softmax(-1).gather(-1, actions.unsqueeze(-1)).squeeze(-1), value);
    }

    public void Learn(Tensor ids, Tensor actions, Tensor rewards, Tensor mask)
    {
        Tensor oldLp, adv, ret;
        using (no_grad())
        {
            (oldLp, var values) = Forward(ids, actions);
            (adv, ret) = Gae.Compute(rewards, values, mask);
            adv = Gae.Whiten(adv, mask);
        }
        var tokens = mask.sum();
        for (var epoch = 0; epoch < 4; epoch++)
        {
            using var scope = NewDisposeScope();
            var (lp, value) = Forward(ids, actions);
            var logRatio = lp - oldLp;
            var ratio = logRatio.exp();
            var actor = -(torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / tokens;
            var critic = ((value - ret).pow(2) * mask).sum() / tokens;
            var kl = ((ratio.detach() - 1 - logRatio.detach()) * mask).sum().div(tokens).ToDouble();
            foreach (var group in optimizer.ParamGroups)
            {
                if (kl > 2 * KlTarget) group.LearningRate /= 1.5;
                else if (kl < KlTarget / 2) group.LearningRate = Math.Min(group.LearningRate * 1.5, 1e-3);
            }
            optimizer.zero_grad();
            (actor + 0.5 * critic).backward();
            optimizer.step();
        }
    }
}
