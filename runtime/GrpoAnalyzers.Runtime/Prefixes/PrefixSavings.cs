using System.Globalization;

namespace GrpoAnalyzers.Runtime;

/// <summary>What shared prefixes save, counted in rows.</summary>
/// <param name="Trained">Tokens under the mask: rows of a head that evaluates each completion on its own.</param>
/// <param name="Nodes">Pairs of a context and a trained token that differ: log-probabilities that are needed.</param>
/// <param name="Contexts">Contexts before trained tokens that differ: rows of a head that evaluates each context once.</param>
/// <param name="Tokens">All tokens of the completions, trained or not: rows of a backbone that evaluates each completion on its own.</param>
/// <param name="Packed">Rows of a backbone that runs on the packing plan.</param>
public sealed record PrefixSavings(long Trained, long Nodes, long Contexts, long Tokens, long Packed)
{
    /// <summary>What remains of the head's rows, 0 to 1.</summary>
    public double HeadRatio => Trained == 0 ? 1 : (double)Contexts / Trained;

    /// <summary>What remains of the backbone's rows, 0 to 1.</summary>
    public double BackboneRatio => Tokens == 0 ? 1 : (double)Packed / Tokens;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"head {Contexts} of {Trained} rows ({HeadRatio:P1}), backbone {Packed} of {Tokens} rows ({BackboneRatio:P1})");
}
