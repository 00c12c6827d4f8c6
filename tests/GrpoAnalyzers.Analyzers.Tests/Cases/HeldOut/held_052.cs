// case: held.052
// expect: GRPO002
// shape: centred rewards divided by their L2 norm over the group axis
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class NormedGroups
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public NormedGroups(nn.Module<Tensor, Tensor> model, double lr)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr);
    }

    public void Update(Tensor ids, Tensor mask, Tensor scores, long k)
    {
        var table = scores.reshape(-1, k);
        var dev = table - table.mean(new long[] { 1 }, keepdim: true);
        var unit = {|GRPO002:dev / (dev.norm(1, keepdim: true) + 1e-6f)|};
        var a = unit.reshape(-1, 1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(a * lp * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
