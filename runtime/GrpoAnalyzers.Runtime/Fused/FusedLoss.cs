namespace GrpoAnalyzers.Runtime;

/// <summary>
/// The loss of a <see cref="GroupObjective"/> from hidden states and the head, without the logits of all tokens at once. Objectives in which a
/// token's gradient depends on its own log-probability alone take one pass (6 N H V); others (sequence ratios, covariances, entropies) take a
/// forward pass for the log-probabilities (2 N H V) and a second one over the rows whose log-probability has a gradient. A frozen head takes one
/// pass (4 N H V) whatever the objective. Rows outside the mask are never multiplied; rows without advantage only where metrics need them.
/// </summary>
public static class FusedLoss
{
    /// <summary>The loss with its graph, to be part of a larger one. Its backward may be called once.</summary>
    /// <param name="objective">The method.</param>
    /// <param name="hidden">The states that predict the targets, <c>[B, T, H]</c> or <c>[N, H]</c>.</param>
    /// <param name="head">The head; what of it requires a gradient gets one.</param>
    /// <param name="inputs">The other tensors of the batch.</param>
    /// <param name="window">What the step of the optimiser sees besides this batch; null: nothing.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <exception cref="ArgumentException">An input is absent, or has a shape, dtype, device or value that it may not have.</exception>
    public static LossResult Compute(
        GroupObjective objective, Tensor hidden, LmHead head, FusedInputs inputs, Window? window = null, FusedOptions? options = null)
    {
        using var scope = NewDisposeScope();
        var call = FusedCall.Prepare(objective, hidden, head, inputs, window, options);
        return (call.IsOnePass && is_grad_enabled() ? call.OnePass() : call.ThroughLogProbs()).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The loss, already back-propagated: gradients are added to those of weight and bias in place, without a copy of their size, and go on from the
    /// hidden states into whatever they were computed from. The result has no graph. After a cancellation or an exception the gradients of the step
    /// are incomplete: zero them.
    /// </summary>
    /// <param name="objective">The method.</param>
    /// <param name="hidden">The states that predict the targets, <c>[B, T, H]</c> or <c>[N, H]</c>.</param>
    /// <param name="head">The head; weight and bias must be leaves of the graph where they require a gradient.</param>
    /// <param name="inputs">The other tensors of the batch.</param>
    /// <param name="window">What the step of the optimiser sees besides this batch; null: nothing.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <exception cref="ArgumentException">An input is absent, or has a shape, dtype, device or value that it may not have.</exception>
    public static LossResult Backward(
        GroupObjective objective, Tensor hidden, LmHead head, FusedInputs inputs, Window? window = null, FusedOptions? options = null)
    {
        using var scope = NewDisposeScope();
        var call = FusedCall.Prepare(objective, hidden, head, inputs, window, options);
        return call.Sink().MoveToOuterDisposeScope();
    }
}
