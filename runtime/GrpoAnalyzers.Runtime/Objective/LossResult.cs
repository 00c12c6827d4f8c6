namespace GrpoAnalyzers.Runtime;

/// <summary>A loss and what it is made of. Dispose it after the backward pass; inside a dispose scope that is done by the scope.</summary>
/// <param name="Loss">Numerator / denominator (of the window where one was given), 0-dim, with its graph.</param>
/// <param name="Numerator">The sum of this batch, 0-dim, with its graph.</param>
/// <param name="Denominator">What this batch adds to the denominator of its window, 0-dim.</param>
/// <param name="Metrics">What to log: tensors without graph, on the device of the loss.</param>
public sealed record LossResult(Tensor Loss, Tensor Numerator, Tensor Denominator, LossMetrics Metrics) : IDisposable
{
    /// <summary>What the graph of a fused loss keeps until its backward.</summary>
    internal IRetained? Retained { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Retained?.Dispose();
        Loss.Dispose();
        Numerator.Dispose();
        Denominator.Dispose();
        Metrics.Dispose();
    }

    internal LossResult WithoutGraph() => this with { Loss = Loss.detach(), Numerator = Numerator.detach(), Retained = null };

    internal LossResult MoveToOuterDisposeScope()
    {
        Retained?.MoveToOuterDisposeScope();
        Loss.MoveToOuterDisposeScope();
        Numerator.MoveToOuterDisposeScope();
        Denominator.MoveToOuterDisposeScope();
        Metrics.MoveToOuterDisposeScope();
        return this;
    }

    /// <summary>Divides and moves everything that is returned out of the current dispose scope.</summary>
    internal static LossResult Make(Tensor numerator, Tensor own, Window window, LossMetrics metrics)
    {
        var loss = numerator * window.Replicas / (window.Denominator ?? own).detach().to(numerator.dtype).clamp_min(1);
        return new LossResult(
            loss.MoveToOuterDisposeScope(),
            numerator.MoveToOuterDisposeScope(),
            own.detach().MoveToOuterDisposeScope(),
            metrics.MoveToOuterDisposeScope());
    }
}
