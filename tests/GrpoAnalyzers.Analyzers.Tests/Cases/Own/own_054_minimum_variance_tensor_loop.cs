// case: own.054
// expect: GRPO002, GRPO003
// shape: group loop with index slicing, cat, and detach; token sum over constant
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SliceTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly int maxNewTokens = 512;

    public SliceTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95);
    }

    public void Update(Tensor ids, Tensor mask, Tensor rewards, int g, int mu)
    {
        var pieces = new List<Tensor>();
        for (var i = 0; i < rewards.shape[0]; i += g)
        {
            var slice = rewards.narrow(0, i, g);
            var m = slice.mean();
            var sd = slice.sub(m).norm() / Math.Sqrt(g);
            pieces.Add({|GRPO002:(slice - m) / (sd + 1e-6)|});
        }

        var adv = cat(pieces).detach().unsqueeze(1);
        Tensor old;
        using (no_grad())
        {
            old = LogProbs(ids);
        }

        for (var it = 0; it < mu; it++)
        {
            var ratio = exp(LogProbs(ids) - old);
            var pt = minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
            var loss = -(pt * mask).sum() / (rewards.shape[0] * maxNewTokens);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }

    private Tensor LogProbs(Tensor ids) => policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
}
