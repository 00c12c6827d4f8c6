// case: own.380
// expect: none
// shape: summary preferences, length-normalised DPO with SFT term, reward metrics with std for a log only
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Preference;

public sealed record Pair(Tensor Chosen, Tensor ChosenMask, Tensor Rejected, Tensor RejectedMask);

public sealed record Report(float Loss, float MarginMean, float MarginStd, float Tokens);

public sealed class PreferenceTrainer
{
    readonly nn.Module<Tensor, Tensor> model, reference;
    readonly optim.Optimizer opt;
    public float Beta { get; init; } = 0.1f;

    public PreferenceTrainer(nn.Module<Tensor, Tensor> model, nn.Module<Tensor, Tensor> reference)
    {
        this.model = model;
        this.reference = reference;
        opt = optim.AdamW(model.parameters(), 5e-7);
    }

    static Tensor MeanLogProb(nn.Module<Tensor, Tensor> net, Tensor ids, Tensor mask)
    {
        var m = mask[.., 1..];
        var lp = net.call(ids[.., ..^1]).log_softmax(-1).gather(-1, ids[.., 1..].unsqueeze(-1)).squeeze(-1);
        return (lp * m).sum(1) / m.sum(1);
    }

    public IEnumerable<Report> Fit(IEnumerable<Pair> pairs)
    {
        foreach (var p in pairs)
        {
            Tensor refC, refR;
            using (no_grad())
            {
                refC = MeanLogProb(reference, p.Chosen, p.ChosenMask);
                refR = MeanLogProb(reference, p.Rejected, p.RejectedMask);
            }
            var c = MeanLogProb(model, p.Chosen, p.ChosenMask);
            var r = MeanLogProb(model, p.Rejected, p.RejectedMask);
            var margin = (c - refC) - (r - refR);
            var preference = -nn.functional.logsigmoid(Beta * margin).mean();
            var sft = -c.mean();
            var loss = preference + 0.2 * sft;
            opt.zero_grad();
            loss.backward();
            opt.step();

            var quiet = margin.detach();
            var z = (quiet - quiet.mean()) / (quiet.std() + 1e-6);
            Console.WriteLine($"largest z {z.abs().max().ToSingle():F2}");
            yield return new Report(loss.ToSingle(), quiet.mean().ToSingle(), quiet.std().ToSingle(),
                p.ChosenMask.sum(1).mean().ToSingle());
        }
    }
}
