using System.Reflection;

namespace GrpoAnalyzers.Runtime;

/// <summary>What to log of a loss. Tensors without graph, 0-dim where nothing else is said; null where a method or its inputs do not have them.</summary>
public sealed record LossMetrics : IDisposable
{
    private static readonly PropertyInfo[] Values =
        [.. typeof(LossMetrics).GetProperties().Where(p => p.PropertyType == typeof(Tensor)).OrderBy(p => p.Name, StringComparer.Ordinal)];

    /// <summary>The policy's part of the loss.</summary>
    public Tensor? PolicyLoss { get; init; }

    /// <summary>The regulariser's part of the loss.</summary>
    public Tensor? RegulariserLoss { get; init; }

    /// <summary>Token mean of the KL estimate that is penalised.</summary>
    public Tensor? Kl { get; init; }

    /// <summary>Share of tokens with A &lt; 0 and a ratio below the region: clipped.</summary>
    public Tensor? ClipFractionLow { get; init; }

    /// <summary>Share of tokens with A &gt; 0 and a ratio above the region: clipped.</summary>
    public Tensor? ClipFractionHigh { get; init; }

    /// <summary>Share of tokens that are clipped on either side.</summary>
    public Tensor? ClipFraction { get; init; }

    /// <summary>Share of tokens whose ratio is outside the region, whatever their advantage.</summary>
    public Tensor? OutsideRegion { get; init; }

    /// <summary>Smallest ratio.</summary>
    public Tensor? RatioMin { get; init; }

    /// <summary>Token mean of the ratio.</summary>
    public Tensor? RatioMean { get; init; }

    /// <summary>Largest ratio.</summary>
    public Tensor? RatioMax { get; init; }

    /// <summary>(sum s)^2 / sum s^2 over tokens: how many tokens the ratios leave.</summary>
    public Tensor? EffectiveSampleSize { get; init; }

    /// <summary>Token mean of the entropies, where they were given or computed.</summary>
    public Tensor? Entropy { get; init; }

    /// <summary>Share of groups in which every advantage is zero.</summary>
    public Tensor? ZeroVarianceShare { get; init; }

    /// <summary>Omega: the sum of alpha over each completion's tokens, <c>[B]</c>.</summary>
    public Tensor? CompletionWeights { get; init; }

    /// <summary>-sum A Omega: what the policy loss is where all ratios are 1. Neither it nor the loss says whether training makes progress.</summary>
    public Tensor? ExpectedOnPolicyLoss { get; init; }

    /// <summary>
    /// W = sum of alpha s A over the completions of each group whose first token is the same in all of them, <c>[groups]</c>; 0 for other groups.
    /// What is not zero pushes a prefix for reasons of length or weight. Needs token ids and groups.
    /// </summary>
    public Tensor? PrefixAggregate { get; init; }

    /// <summary>Share of pairs in which the preferred answer has the larger reward (preference losses).</summary>
    public Tensor? Accuracy { get; init; }

    /// <summary>Mean margin of the preferred answer (preference losses).</summary>
    public Tensor? Margin { get; init; }

    /// <summary>All that are present, by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> All()
    {
        foreach (var property in Values)
        {
            if (property.GetValue(this) is Tensor value)
            {
                yield return (property.Name, value);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, value) in All())
        {
            value.Dispose();
        }
    }

    internal LossMetrics MoveToOuterDisposeScope()
    {
        foreach (var (_, value) in All())
        {
            value.MoveToOuterDisposeScope();
        }

        return this;
    }
}
