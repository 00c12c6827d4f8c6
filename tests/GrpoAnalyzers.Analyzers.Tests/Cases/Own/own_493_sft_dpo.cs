// case: own.493
// expect: none
// shape: SFT with per-example token mean followed by length-normalised DPO, several epochs, AdamW
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace CaseLaw.Alignment;

public sealed record Pair(Tensor Chosen, Tensor ChosenMask, Tensor Rejected, Tensor RejectedMask);

public static class SequenceMath
{
    public static Tensor TokenLogProbs(nn.Module<Tensor, Tensor> m, Tensor ids)
    {
        var n = ids.shape[1] - 1;
        return m.call(ids).narrow(1, 0, n).log_softmax(-1).gather(-1, ids.narrow(1, 1, n).unsqueeze(-1)).squeeze(-1);
    }

    public static Tensor AverageLogProb(nn.Module<Tensor, Tensor> m, Tensor ids, Tensor mask)
        => (TokenLogProbs(m, ids) * mask).sum(1) / mask.sum(1);
}

public sealed class AlignmentPipeline
{
    private readonly nn.Module<Tensor, Tensor> policy, reference;
    private readonly optim.Optimizer optimizer;
    private const double Beta = 0.1;

    public AlignmentPipeline(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> reference)
    {
        this.policy = policy;
        this.reference = reference;
        optimizer = optim.AdamW(policy.parameters(), lr: 5e-6, weight_decay: 0.01);
    }

    public void SupervisedStage(IReadOnlyList<(Tensor ids, Tensor mask)> opinions, int epochs)
    {
        for (var e = 0; e < epochs; e++)
            foreach (var (ids, mask) in opinions)
            {
                using var scope = NewDisposeScope();
                var nll = -SequenceMath.AverageLogProb(policy, ids, mask).mean();
                Step(nll);
            }
    }

    public void PreferenceStage(IReadOnlyList<Pair> pairs, int epochs)
    {
        for (var e = 0; e < epochs; e++)
            foreach (var p in pairs)
            {
                using var scope = NewDisposeScope();
                var chosen = SequenceMath.AverageLogProb(policy, p.Chosen, p.ChosenMask);
                var rejected = SequenceMath.AverageLogProb(policy, p.Rejected, p.RejectedMask);
                Tensor refMargin;
                using (no_grad())
                    refMargin = SequenceMath.AverageLogProb(reference, p.Chosen, p.ChosenMask)
                              - SequenceMath.AverageLogProb(reference, p.Rejected, p.RejectedMask);
                var margin = chosen - rejected - refMargin;
                var accuracy = margin.detach().gt(0).to(ScalarType.Float32).mean().ToSingle();
                Step(-nn.functional.logsigmoid(Beta * margin).mean());
                Console.WriteLine($"epoch {e} accuracy {accuracy:P0}");
            }
    }

    private void Step(Tensor loss)
    {
        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(policy.parameters(), 1.0);
        optimizer.step();
    }
}
