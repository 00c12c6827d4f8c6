// case: own.283
// expect: none
// shape: DPO / SimPO, length-averaged log-probs without advantages
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Preferences;

public sealed record Pair(Tensor Chosen, Tensor ChosenMask, Tensor Rejected, Tensor RejectedMask);

public enum PreferenceLoss { Dpo, SimPo }

public sealed class PreferenceTrainer
{
    private readonly nn.Module<Tensor, Tensor> _policy, _reference;
    private readonly Adam _optimizer;
    private readonly PreferenceLoss _kind;
    private readonly double _beta, _margin;

    public PreferenceTrainer(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> reference, PreferenceLoss kind, double beta = 2.0, double margin = 0.5)
    {
        (_policy, _reference, _kind, _beta, _margin) = (policy, reference, kind, beta, margin);
        _optimizer = optim.Adam(policy.parameters(), lr: 5e-7);
    }

    private static Tensor Score(nn.Module<Tensor, Tensor> model, Tensor ids, Tensor mask, bool average)
    {
        var logits = model.call(ids.narrow(1, 0, ids.shape[1] - 1));
        var logp = logits.log_softmax(-1).gather(-1, ids.narrow(1, 1, ids.shape[1] - 1).unsqueeze(-1)).squeeze(-1);
        var sum = (logp * mask).sum(1);
        return average ? sum / mask.sum(1) : sum;
    }

    private Tensor Loss(Pair p)
    {
        var average = _kind == PreferenceLoss.SimPo;
        var good = Score(_policy, p.Chosen, p.ChosenMask, average);
        var bad = Score(_policy, p.Rejected, p.RejectedMask, average);
        if (average)
            return -nn.functional.logsigmoid(_beta * (good - bad) - _margin).mean();

        Tensor goodRef, badRef;
        using (no_grad())
        {
            goodRef = Score(_reference, p.Chosen, p.ChosenMask, false);
            badRef = Score(_reference, p.Rejected, p.RejectedMask, false);
        }
        return -nn.functional.logsigmoid(_beta * ((good - goodRef) - (bad - badRef))).mean();
    }

    public void Train(IReadOnlyList<Pair> pairs, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            double sum = 0;
            foreach (var pair in pairs)
            {
                using var d = NewDisposeScope();
                var loss = Loss(pair);
                _optimizer.zero_grad();
                loss.backward();
                _optimizer.step();
                sum += loss.ToDouble();
            }
            Console.WriteLine($"epoch {epoch}: {sum / pairs.Count:F4}");
        }
    }
}
