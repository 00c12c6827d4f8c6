namespace GrpoAnalyzers.Runtime;

/// <summary>
/// delta of GTPO (2508.03772): 1 where the completion's mean entropy is at most <see cref="Threshold"/>, else 0; 1 for all when the model's entropy
/// before training was above it. Needs entropies.
/// </summary>
public sealed record EntropyGate : TokenWeight
{
    /// <summary>The paper takes ln 2, the authors' code 0.7.</summary>
    public double Threshold { get; init; } = Math.Log(2);

    /// <summary>Mean entropy before training; null leaves that branch out, as the authors' code does.</summary>
    public double? InitialEntropy { get; init; }

    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch)
    {
        var mean = batch.Layout.MeanBySequence(batch.Entropy);
        var open = InitialEntropy > Threshold ? ones_like(mean) : mean.le(Threshold).to(batch.Layout.MathType);
        return batch.Layout.Spread(open);
    }
}
