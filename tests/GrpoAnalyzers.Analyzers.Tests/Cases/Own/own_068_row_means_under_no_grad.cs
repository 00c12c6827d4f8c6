// case: own.068
// expect: none
// shape: per-sequence means of the surrogate for a dashboard, without gradient
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class DashboardTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public DashboardTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public Dictionary<string, float> Step(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var surrogate = minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
        var loss = -(surrogate * mask).sum() / (mask.shape[0] * mask.shape[1]);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();

        var stats = new Dictionary<string, float>();
        var detached = surrogate.detach();
        var perSequence = (detached * mask).sum(1) / mask.sum(1);
        stats["objective_per_sequence"] = perSequence.mean().item<float>();
        stats["ratio_per_sequence"] = ((ratio.detach() * mask).sum(1) / mask.sum(1)).mean().item<float>();
        stats["length"] = mask.sum(1).mean().item<float>();
        return stats;
    }
}
