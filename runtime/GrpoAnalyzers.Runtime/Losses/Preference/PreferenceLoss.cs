namespace GrpoAnalyzers.Runtime;

/// <summary>A loss of pairs: the mean of what each pair adds.</summary>
public abstract record PreferenceLoss
{
    /// <summary>The loss of a batch; the denominator is the number of pairs.</summary>
    /// <param name="inputs">The pairs.</param>
    /// <param name="window">What the step of the optimiser sees besides this batch; null: nothing.</param>
    /// <exception cref="ArgumentException">An input is absent, or has a shape, dtype, device or value that it may not have.</exception>
    public LossResult Compute(PreferenceInputs inputs, Window? window = null)
    {
        using var scope = NewDisposeScope();
        window ??= Window.Whole;
        var batch = PreferenceBatch.From(inputs);
        window.Check(inputs.Chosen, batch.ChecksValues);
        var numerator = PerPair(batch).sum();
        var margin = (batch.HasReference ? batch.Margin : batch.Chosen - batch.Rejected).detach();
        var metrics = new LossMetrics { Margin = margin.mean(), Accuracy = margin.gt(0).to(margin.dtype).mean() };
        return LossResult.Make(numerator, full([], (double)inputs.Chosen.shape[0], margin.dtype, margin.device), window, metrics);
    }

    /// <summary>What each pair adds, <c>[P]</c>.</summary>
    /// <param name="batch">The checked pairs.</param>
    public abstract Tensor PerPair(PreferenceBatch batch);

    private protected static Tensor NegLogSigmoid(Tensor x) => nn.functional.softplus(x.neg());

    private protected static Tensor Smoothed(Tensor logits, double smoothing) => smoothing == 0
        ? NegLogSigmoid(logits)
        : NegLogSigmoid(logits) * (1 - smoothing) + NegLogSigmoid(logits.neg()) * smoothing;
}
