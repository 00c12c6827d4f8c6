// case: own.059
// expect: none
// shape: SimPO: length-normalised log-probabilities in a preference loss, two epochs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SimpoTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly double beta = 2.0;
    private readonly double gamma = 1.0;

    public SimpoTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 5e-7);
    }

    private Tensor AverageLogProb(Tensor ids, Tensor mask)
    {
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        return (lp * mask).sum(-1) / mask.sum(-1);
    }

    public void Fit(IReadOnlyList<(Tensor chosen, Tensor chosenMask, Tensor rejected, Tensor rejectedMask)> pairs)
    {
        for (var e = 0; e < 2; e++)
        {
            foreach (var p in pairs)
            {
                var margin = AverageLogProb(p.chosen, p.chosenMask) - AverageLogProb(p.rejected, p.rejectedMask);
                var loss = -nn.functional.logsigmoid(beta * margin - gamma).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
