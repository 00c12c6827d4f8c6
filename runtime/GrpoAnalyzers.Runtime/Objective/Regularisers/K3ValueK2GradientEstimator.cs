namespace GrpoAnalyzers.Runtime;

/// <summary>exp(-D) + D - 1 in value, the gradient of D^2 / 2.</summary>
public sealed record K3ValueK2GradientEstimator : KlEstimator
{
    /// <inheritdoc/>
    public override Tensor Of(TokenBatch batch)
    {
        var difference = Difference(batch);
        var k2 = difference.square() / 2;
        return k2 + StopGradient.Of(K3Of(difference) - k2);
    }
}
