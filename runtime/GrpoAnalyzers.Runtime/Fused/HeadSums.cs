namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Where a pass over the head adds up gradients, in float32 or better. Absent: that gradient is not wanted. The weight's and the bias's may be the
/// parameters' own gradients.
/// </summary>
internal sealed record HeadSums(Tensor? Hidden, Tensor? Weight, Tensor? Bias) : IDisposable
{
    /// <summary>Zeroed sums for what requires a gradient.</summary>
    internal static HeadSums For(LmHead head, bool hidden, long rows, ScalarType type) => new(
        hidden ? empty([rows, head.Width], type, head.Weight.device) : null,
        head.Weight.requires_grad ? zeros([head.Vocabulary, head.Width], type, head.Weight.device) : null,
        head.Bias is { requires_grad: true } ? zeros([head.Vocabulary], type, head.Weight.device) : null);

    internal HeadSums MoveToOuterDisposeScope()
    {
        Hidden?.MoveToOuterDisposeScope();
        Weight?.MoveToOuterDisposeScope();
        Bias?.MoveToOuterDisposeScope();
        return this;
    }

    public void Dispose()
    {
        Hidden?.Dispose();
        Weight?.Dispose();
        Bias?.Dispose();
    }
}
