// case: own.064
// expect: none
// shape: GSPO with centred advantages: 1/length only in the exponent of the sequence ratio, one step
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class GspoCentred
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public GspoCentred(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var adv = rewards - rewards.mean();
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var d = (lp - old) * mask;
        var s = (d.sum(1) / mask.sum(1)).exp();
        var loss = -torch.min(s * adv, s.clamp(0.9997, 1.0004) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
