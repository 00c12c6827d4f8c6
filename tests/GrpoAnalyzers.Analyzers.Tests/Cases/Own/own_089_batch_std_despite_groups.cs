// case: own.089
// expect: none
// shape: the tensor holds several prompts by a group size in the code, the std has no dimension (another rule's case)
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class BatchWideDespiteGroups
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public BatchWideDespiteGroups(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int groupSize)
    {
        var grid = rewards.view(-1, groupSize);
        var adv = ((grid - grid.mean()) / (grid.std() + 1e-4)).view(-1, 1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
