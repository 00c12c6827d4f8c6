// case: own.244
// expect: none
// shape: SimPO margin over length-normalised log-probabilities with epochs and AdamW
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public class SimpoTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public SimpoTrainer(nn.Module<Tensor, Tensor> lm) => (this.lm, optimizer) = (lm, optim.AdamW(lm.parameters(), 1e-6));

    private Tensor Average(Tensor ids, Tensor mask)
    {
        var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        return (lp * mask).sum(1) / mask.sum(1);
    }

    public void Train(IEnumerable<(Tensor win, Tensor winMask, Tensor lose, Tensor loseMask)> data, int epochs)
    {
        for (var e = 0; e < epochs; e++)
            foreach (var (win, winMask, lose, loseMask) in data)
            {
                var margin = 2.0 * (Average(win, winMask) - Average(lose, loseMask)) - 0.5;
                var loss = nn.functional.softplus(-margin).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
    }
}
