// case: own.267
// expect: GRPO001, GRPO002
// shape: packed one-dimensional, records, tuple iterator, var_mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Translate;

public readonly record struct Span(int Start, int Length);
public record Packed(Tensor Tokens, Tensor Positions, Span[] Outputs, double[] Bleu);

public interface IPackedModel
{
    Tensor Logits(Tensor tokens, Tensor positions);
    IEnumerable<Parameter> Weights { get; }
}

public sealed class PackedPolicyGradient : IDisposable
{
    readonly IPackedModel model;
    readonly optim.Optimizer optimizer;
    readonly List<double> history = new();

    public PackedPolicyGradient(IPackedModel model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.Weights, 1e-5, weight_decay: 0.01);
    }

    // All translations of one source sentence are packed one behind the other.
    public void Update(Packed batch)
    {
        using var scope = NewDisposeScope();
        var advantages = GroupAdvantages(batch.Bleu);
        var logp = log_softmax(model.Logits(batch.Tokens, batch.Positions), -1);
        var chosen = logp.narrow(0, 0, logp.shape[0] - 1).gather(1, batch.Tokens[1..].unsqueeze(1)).squeeze(1);

        var lengths = batch.Outputs.Select(s => (long)s.Length).ToArray();
        var pieces = batch.Outputs.Select(s => chosen.narrow(0, s.Start - 1, s.Length)).ToArray();
        var objective = zeros(1);
        foreach (var (piece, a, n) in Zip3(pieces, advantages, lengths))
            objective += {|GRPO001:(piece * a).sum() / n|};

        optimizer.zero_grad();
        (-objective / pieces.Length).backward();
        optimizer.step();
        history.Add(batch.Bleu.Average());
    }

    static IEnumerable<(Tensor, Tensor, long)> Zip3(Tensor[] pieces, Tensor advantages, long[] lengths)
    {
        for (int i = 0; i < pieces.Length; i++) yield return (pieces[i], advantages[i], lengths[i]);
    }

    static Tensor GroupAdvantages(double[] bleu)
    {
        var x = tensor(bleu, dtype: ScalarType.Float32);
        var (variance, mean) = torch.var_mean(x);
        return {|GRPO002:(x - mean) / (variance.sqrt() + 1e-3)|};
    }

    public double MovingAverage(int window) => history.TakeLast(window).DefaultIfEmpty().Average();

    public void Dispose() => optimizer.Dispose();
}
