// case: own.052
// expect: GRPO002
// shape: rewards are divided by the group's deviation first and centred afterwards
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ScaleThenCentre
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ScaleThenCentre(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor raw, long n)
    {
        var grid = raw.view(-1, n);
        var scaled = {|GRPO002:grid * grid.var(1, keepdim: true).add(1e-6).pow(-0.5)|};
        var adv = (scaled - (scaled.sum(1, keepdim: true) - scaled) / (n - 1)).view(-1).unsqueeze(1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var sequenceLogRatio = ((lp - old) * mask).sum(1, keepdim: true);
        var w = sequenceLogRatio.exp();
        var loss = -minimum(w * adv, w.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
