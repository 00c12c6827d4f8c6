namespace GrpoAnalyzers.Lab;

/// <summary>What ends or bends the updates on one rollout.</summary>
internal enum StepMethod
{
    /// <summary>Nothing: AdamW and the clip of the loss.</summary>
    Plain,

    /// <summary>RatioGuard: no further update on this rollout once too many tokens are outside.</summary>
    Stop,

    /// <summary>MomentumAwareStep: shorter steps with less momentum.</summary>
    MomentumAware,
}
