using System.Text.Json;

namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>How a test lays out the ragged rows of a fixture.</summary>
public enum Layout
{
    Padded,
    PaddedWide,
    Packed,
}

/// <summary>Ragged rows as tensors of a layout and back.</summary>
internal sealed record Fixture(double[][] New, Layout Layout, ScalarType Type = ScalarType.Float64)
{
    internal static JsonElement Golden { get; } = GoldenFile.Grpo.At("fixture");

    private long Width => New.Max(r => r.Length) + (Layout == Layout.PaddedWide ? 3 : 0);

    private bool Packs => Layout == Layout.Packed;

    internal long[]? Offsets => Packs ? [0, .. New.Select((_, i) => (long)New.Take(i + 1).Sum(r => r.Length))] : null;

    internal Tensor Tokens(double[][] rows, double padding = double.NaN) => Packs
        ? tensor(rows.SelectMany(r => r).ToArray(), dtype: Type)
        : tensor(rows.SelectMany(r => r.Concat(Enumerable.Repeat(padding, (int)Width - r.Length))).ToArray(), [rows.Length, Width], dtype: Type);

    internal Tensor Mask() => Tokens([.. New.Select(r => r.Select(_ => 1.0).ToArray())], 0).ne(0);

    internal Tensor Rows(double[] values) => tensor(values, dtype: Type);

    internal double[][] Ragged(Tensor tokens)
    {
        var flat = tokens.to(ScalarType.Float64).reshape(-1).data<double>().ToArray();
        var offset = 0;
        return [.. New.Select(r =>
        {
            var row = flat.Skip(offset).Take(r.Length).ToArray();
            offset += Packs ? r.Length : (int)Width;
            return row;
        })];
    }

    /// <summary>The golden fixture's inputs; padding is NaN, infinity or huge, so that nothing of it may be read.</summary>
    internal static (Fixture Fixture, LossInputs Inputs) GoldenInputs(Layout layout, ScalarType type, double[]? advantages)
    {
        double[][] Of(string name) => Golden.GetProperty(name).Rows();
        var fixture = new Fixture(Of("new_logps"), layout, type);
        var entropies = Golden.GetProperty("mean_entropy").Numbers();
        return (fixture, new LossInputs
        {
            LogProbs = fixture.Tokens(fixture.New).requires_grad_(),
            Mask = fixture.Mask(),
            OldLogProbs = fixture.Tokens(Of("old_logps"), double.PositiveInfinity),
            ReferenceLogProbs = fixture.Tokens(Of("ref_logps"), double.NegativeInfinity),
            BehaviourLogProbs = fixture.Tokens(Of("rollout_logps")),
            Entropy = fixture.Tokens([.. fixture.New.Select((r, i) => r.Select(_ => entropies[i]).ToArray())]),
            TokenIds = fixture.Tokens(Of("token_ids"), 5).to(ScalarType.Int64),
            Advantages = fixture.Rows(advantages ?? [0, 0, 0, 0]),
            OffPolicy = tensor(new[] { true, false, false, false }),
            Groups = 4,
            Offsets = fixture.Offsets,
        });
    }
}
