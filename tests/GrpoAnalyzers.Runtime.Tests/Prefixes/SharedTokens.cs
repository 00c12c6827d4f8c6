namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Two groups of four ragged completions over an alphabet of three, so that they share beginnings; the policy sees position and token only.</summary>
internal sealed class SharedTokens
{
    internal const int Alphabet = 3;

    internal SharedTokens(Layout layout, int seed, double spread, int firstToken = -1, ScalarType type = ScalarType.Float64)
    {
        var random = new Random(seed);
        Rows = [.. Enumerable.Range(0, 8).Select(_ => Enumerable.Range(0, random.Next(2, 6)).Select(t => t == 0 && firstToken >= 0 ? firstToken : random.Next(Alphabet)).ToArray())];
        Fixture = new Fixture([.. Rows.Select(r => r.Select(_ => 0.0).ToArray())], layout, type);
        Logits = tensor(Enumerable.Range(0, 5 * Alphabet).Select(_ => random.NextDouble() - 0.5).ToArray(), [5, Alphabet], dtype: type).requires_grad_();
        var ratios = Enumerable.Range(0, 5 * Alphabet).Select(_ => spread * (random.NextDouble() - 0.5)).ToArray();
        var drift = Enumerable.Range(0, 5 * Alphabet).Select(_ => 0.6 * (random.NextDouble() - 0.5)).ToArray();
        Ids = Fixture.Tokens([.. Rows.Select(r => r.Select(id => (double)id).ToArray())], 0).to(ScalarType.Int64);
        var rewards = Enumerable.Range(0, 8).Select(i => i % 4 == 0 ? 1.0 : random.Next(3) / 2.0).ToArray();
        using var grad = no_grad();
        var now = LogProbs();
        Inputs = new LossInputs
        {
            LogProbs = now,
            OldLogProbs = now - PerToken(ratios),
            ReferenceLogProbs = now - PerToken(drift),
            Mask = Fixture.Mask(),
            TokenIds = Ids,
            Advantages = AdvantageEstimator.Centred.Estimate(Fixture.Rows(rewards), 4),
            Groups = 4,
            Offsets = Fixture.Offsets,
        };
    }

    internal int[][] Rows { get; }

    internal Fixture Fixture { get; }

    internal Tensor Logits { get; }

    internal Tensor Ids { get; }

    internal LossInputs Inputs { get; }

    internal PrefixTree Tree() => PrefixTree.Build(Ids, Inputs.Mask, 4, Fixture.Offsets);

    /// <summary>One number a position and token, at the tokens.</summary>
    internal Tensor PerToken(double[] values) => Fixture.Tokens([.. Rows.Select(r => r.Select((id, t) => values[t * Alphabet + id]).ToArray())], 0);

    internal Tensor LogProbs()
    {
        var all = Logits.log_softmax(-1).reshape(-1);
        var places = Fixture.Tokens([.. Rows.Select(r => r.Select((id, t) => (double)(t * Alphabet + id)).ToArray())], 0).to(ScalarType.Int64);
        return all.index_select(0, places.reshape(-1)).reshape(places.shape);
    }

    /// <summary>The loss and the gradient of the logits, <c>[5, 3]</c>.</summary>
    internal (double Loss, double[] Gradient) Of(Func<LossInputs, LossResult> loss)
    {
        using var scope = NewDisposeScope();
        Logits.grad?.zero_();
        var result = loss(Inputs with { LogProbs = LogProbs() });
        result.Loss.backward();
        return (result.Loss.to(ScalarType.Float64).ToDouble(), Close.Numbers(Logits.grad!));
    }
}
