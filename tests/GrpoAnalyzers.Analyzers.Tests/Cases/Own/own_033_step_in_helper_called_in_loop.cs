// case: own.033
// expect: GRPO003
// shape: the loop is in Learn, the loss and the step are in a private method
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class HelperStepAgent
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public HelperStepAgent(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.Adam(net.parameters(), lr: 7e-4);
    }

    public void Learn(Tensor obs, Tensor act, Tensor adv, int times)
    {
        Tensor baseLp;
        using (no_grad())
        {
            baseLp = LogProb(obs, act);
        }

        for (var i = 0; i < times; i++)
        {
            Improve(obs, act, adv, baseLp);
        }
    }

    private Tensor LogProb(Tensor obs, Tensor act) => nn.functional.cross_entropy(net.call(obs), act, reduction: nn.Reduction.None).neg();

    private void Improve(Tensor obs, Tensor act, Tensor adv, Tensor baseLp)
    {
        var r = (LogProb(obs, act) - baseLp).exp();
        var objective = min(r * adv, r.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        objective.neg().backward();
        {|GRPO003:optimizer.step()|};
    }
}
