// case: own.187
// expect: none
// shape: DPO with a reference model, length-normalised log-probabilities, epochs over preference pairs
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public record Pair(Tensor Chosen, Tensor ChosenMask, Tensor Rejected, Tensor RejectedMask);

public class PreferenceTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy, reference;
    private readonly optim.Optimizer optimizer;
    private readonly double beta;

    public PreferenceTrainer(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> reference, double beta)
    {
        this.policy = policy;
        this.reference = reference;
        this.beta = beta;
        optimizer = optim.Adam(policy.parameters(), lr: 5e-7);
    }

    private static Tensor Mean(nn.Module<Tensor, Tensor> m, Tensor ids, Tensor mask)
    {
        var lp = m.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        return (lp * mask).sum(1) / mask.sum(1);
    }

    public void Train(List<Pair> pairs, int epochs)
    {
        for (var e = 0; e < epochs; e++)
            foreach (var p in pairs)
            {
                using var scope = NewDisposeScope();
                Tensor refChosen, refRejected;
                using (no_grad())
                {
                    refChosen = Mean(reference, p.Chosen, p.ChosenMask);
                    refRejected = Mean(reference, p.Rejected, p.RejectedMask);
                }

                var margin = Mean(policy, p.Chosen, p.ChosenMask) - refChosen - (Mean(policy, p.Rejected, p.RejectedMask) - refRejected);
                var loss = -nn.functional.logsigmoid(beta * margin).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
    }
}
