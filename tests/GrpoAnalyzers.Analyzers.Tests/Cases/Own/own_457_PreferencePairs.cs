// case: own.457
// expect: none
// shape: DPO on trajectory pairs, log-probs averaged by length
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Preferences;

public readonly record struct Sequence(Tensor Ids, Tensor Labels, Tensor Mask);
public readonly record struct Pair(Sequence Chosen, Sequence Rejected);

public sealed class DpoLoss : nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    private readonly double beta;
    public DpoLoss(double beta) : base("dpo") => this.beta = beta;

    public override Tensor forward(Tensor chosen, Tensor rejected, Tensor refChosen, Tensor refRejected)
        => -nn.functional.logsigmoid(beta * ((chosen - refChosen) - (rejected - refRejected))).mean();
}

public sealed class DpoTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy, reference;
    private readonly DpoLoss criterion = new(0.1);
    private readonly optim.Optimizer optimizer;

    public DpoTrainer(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> reference)
    {
        this.policy = policy;
        this.reference = reference;
        optimizer = optim.Adam(policy.parameters(), lr: 5e-7);
    }

    private static Tensor AverageLogProb(nn.Module<Tensor, Tensor> m, Sequence s)
    {
        var lp = m.call(s.Ids).log_softmax(-1).gather(-1, s.Labels.unsqueeze(-1)).squeeze(-1);
        return (lp * s.Mask).sum(-1) / s.Mask.sum(-1);
    }

    public IEnumerable<double> Train(IReadOnlyList<Pair> pairs, int epochs)
    {
        for (var e = 0; e < epochs; e++)
            foreach (var (chosen, rejected) in pairs)
            {
                using var scope = NewDisposeScope();
                Tensor refChosen, refRejected;
                using (no_grad())
                {
                    refChosen = AverageLogProb(reference, chosen);
                    refRejected = AverageLogProb(reference, rejected);
                }
                var loss = criterion.call(
                    AverageLogProb(policy, chosen), AverageLogProb(policy, rejected), refChosen, refRejected);
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                yield return loss.ToDouble();
            }
    }
}
