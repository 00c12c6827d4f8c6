// case: own.366
// expect: none
// shape: length-normalised preference loss and SFT warm start, no surrogate, generics
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Preference;

public interface IObjective<in TBatch>
{
    Tensor Loss(nn.Module<Tensor, Tensor> model, TBatch batch);
}

public sealed record Labelled(Tensor Ids, Tensor Mask);
public sealed record Pair(Labelled Chosen, Labelled Rejected, Tensor RefChosen, Tensor RefRejected);

internal static class Sequence
{
    public static Tensor TokenLogp(nn.Module<Tensor, Tensor> model, Labelled b)
    {
        var t = b.Ids.shape[1];
        var logits = model.forward(b.Ids.narrow(1, 0, t - 1));
        return nn.functional.log_softmax(logits, -1)
            .gather(-1, b.Ids.narrow(1, 1, t - 1).unsqueeze(-1)).squeeze(-1);
    }

    public static Tensor Average(Tensor logp, Tensor mask) => (logp * mask).sum(-1) / mask.sum(-1);
}

public sealed class SupervisedObjective : IObjective<Labelled>
{
    public Tensor Loss(nn.Module<Tensor, Tensor> model, Labelled batch)
        => -Sequence.Average(Sequence.TokenLogp(model, batch), batch.Mask).mean();
}

public sealed class PreferenceObjective : IObjective<Pair>
{
    private readonly float beta;
    public PreferenceObjective(float beta) => this.beta = beta;

    public Tensor Loss(nn.Module<Tensor, Tensor> model, Pair batch)
    {
        var good = Sequence.Average(Sequence.TokenLogp(model, batch.Chosen), batch.Chosen.Mask);
        var bad = Sequence.Average(Sequence.TokenLogp(model, batch.Rejected), batch.Rejected.Mask);
        var margin = beta * ((good - batch.RefChosen) - (bad - batch.RefRejected));
        return -nn.functional.logsigmoid(margin).mean();
    }
}

public sealed class Fitter<TBatch>
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly IObjective<TBatch> objective;
    private readonly optim.Optimizer optimizer;

    public Fitter(nn.Module<Tensor, Tensor> model, IObjective<TBatch> objective, double lr)
    {
        this.model = model;
        this.objective = objective;
        optimizer = optim.AdamW(model.parameters(), lr);
    }

    public float Epochs(IReadOnlyList<TBatch> data, int epochs)
    {
        var trace = new List<float>();
        for (var e = 0; e < epochs; e++)
        {
            foreach (var batch in data)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var loss = objective.Loss(model, batch);
                loss.backward();
                nn.utils.clip_grad_norm_(model.parameters(), 1.0);
                optimizer.step();
                trace.Add(loss.detach().item<float>());
            }
        }
        return trace.DefaultIfEmpty(0f).Average();
    }
}

public static class Recipe
{
    public static void Run(nn.Module<Tensor, Tensor> model, IReadOnlyList<Labelled> warm, IReadOnlyList<Pair> pairs)
    {
        new Fitter<Labelled>(model, new SupervisedObjective(), 1e-5).Epochs(warm, 2);
        new Fitter<Pair>(model, new PreferenceObjective(2.0f), 5e-7).Epochs(pairs, 3);
    }
}
