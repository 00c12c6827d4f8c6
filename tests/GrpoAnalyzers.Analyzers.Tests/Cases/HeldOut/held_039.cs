// case: held.039
// expect: none
// shape: accumulation with the token count of the whole window as the denominator
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class WindowTokenMean
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public WindowTokenMean(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95);
    }

    public void Step(IReadOnlyList<(Tensor ids, Tensor mask, Tensor rewards)> micro)
    {
        var tokens = 0f;
        foreach (var (_, mask, _) in micro)
        {
            tokens += mask.sum().item<float>();
        }

        optimizer.zero_grad();
        foreach (var (ids, mask, rewards) in micro)
        {
            using var scope = NewDisposeScope();
            var adv = (rewards - rewards.mean()).unsqueeze(1);
            var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var loss = -(adv * lp * mask).sum() / tokens;
            loss.backward();
        }

        nn.utils.clip_grad_norm_(model.parameters(), 1.0);
        optimizer.step();
    }
}
