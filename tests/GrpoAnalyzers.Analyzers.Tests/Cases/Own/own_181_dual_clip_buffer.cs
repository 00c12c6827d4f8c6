// case: own.181
// expect: GRPO003
// shape: replay buffer class whose contents serve several sampled updates, dual clip, whole-batch centring
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ExperienceBuffer
{
    private readonly List<(Tensor ids, Tensor mask, Tensor old, Tensor adv)> items = new();

    public void Add(Tensor ids, Tensor mask, Tensor old, Tensor adv) => items.Add((ids, mask, old, adv));

    public (Tensor ids, Tensor mask, Tensor old, Tensor adv) All() =>
        (cat(items.Select(i => i.ids).ToArray()), cat(items.Select(i => i.mask).ToArray()),
            cat(items.Select(i => i.old).ToArray()), cat(items.Select(i => i.adv).ToArray()));

    public void Clear() => items.Clear();
}

public class DualClipTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly ExperienceBuffer buffer = new();
    private readonly optim.Optimizer optimizer;
    private readonly Func<(Tensor ids, Tensor mask, Tensor old, Tensor rewards)> rollout;

    public DualClipTrainer(nn.Module<Tensor, Tensor> model, Func<(Tensor, Tensor, Tensor, Tensor)> rollout)
    {
        this.model = model;
        this.rollout = rollout;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Iterate(int rollouts, int updates)
    {
        buffer.Clear();
        for (var i = 0; i < rollouts; i++)
        {
            var (ids, mask, old, rewards) = rollout();
            buffer.Add(ids, mask, old, (rewards - rewards.mean()).unsqueeze(1));
        }

        var all = buffer.All();
        for (var u = 0; u < updates; u++)
        {
            var lp = model.call(all.ids).log_softmax(-1).gather(-1, all.ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - all.old).exp();
            var single = minimum(ratio * all.adv, ratio.clamp(0.8, 1.28) * all.adv);
            var dual = torch.where(all.adv.lt(0), maximum(single, all.adv * 3), single);
            var loss = -(dual * all.mask).sum() / all.mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
