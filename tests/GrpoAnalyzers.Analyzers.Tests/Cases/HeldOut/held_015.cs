// case: held.015
// expect: GRPO002
// shape: leave-one-out mean and leave-one-out deviation over the group axis
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class LeaveOneOutScaled
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public LeaveOneOutScaled(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 5e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, long n)
    {
        var r = rewards.view(-1, n);
        var baseline = (r.sum(1, keepdim: true) - r) / (n - 1);
        var variance = r.square().mean(new long[] { 1 }, keepdim: true) - r.mean(new long[] { 1 }, keepdim: true).square();
        var std = torch.sqrt(variance.clamp(min: 0));
        var scaled = {|GRPO002:(r - baseline) / (std + 1e-6)|};
        var adv = where(std.gt(0), scaled, r - baseline).view(-1, 1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var pt = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
        var loss = (pt * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
