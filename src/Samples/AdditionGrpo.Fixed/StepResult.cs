namespace AdditionGrpo;

/// <summary>What one training step has to report.</summary>
internal readonly record struct StepResult(double MeanReward, int TokenCount);
