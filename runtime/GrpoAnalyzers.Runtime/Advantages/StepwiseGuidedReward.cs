namespace GrpoAnalyzers.Runtime;

/// <summary>
/// SGPO (2505.11595): a wrong answer earns 1 / (1 + exp(-Beta (RTS - Gamma))), RTS the share of its steps before the first error, so that groups
/// without any correct answer still teach something. The text gives 10 and 0.5 without saying which is which; Beta 10 and Gamma 0.5 spread the
/// rewards over (0, 1), the other order packs them into 0.007 to 0.011.
/// </summary>
public sealed record StepwiseGuidedReward
{
    /// <summary>Steepness.</summary>
    public double Beta { get; init; } = 10;

    /// <summary>The RTS that earns one half.</summary>
    public double Gamma { get; init; } = 0.5;

    /// <summary>Wrong answers beside a correct one earn 0, as in the paper; otherwise they would shrink its advantage.</summary>
    public bool AllNegativeGroupsOnly { get; init; } = true;

    /// <summary>Whether values are checked. Null: on the CPU yes, on other devices no.</summary>
    public bool? Validate { get; init; }

    /// <summary>Rewards, <c>[B]</c>.</summary>
    /// <param name="correct">bool, <c>[B]</c>.</param>
    /// <param name="trajectoryScores">RTS in [0, 1], <c>[B]</c>.</param>
    /// <param name="groups">Which completions share a prompt.</param>
    public Tensor Of(Tensor correct, Tensor trajectoryScores, Groups groups)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Require.Boolean(correct, nameof(correct));
        Require.Positive(Beta, nameof(Beta));
        Require.Finite(Gamma, nameof(Gamma));
        var scores = RewardGroups.From(trajectoryScores, groups, null, new CentredAdvantage { Validate = Validate });
        Require.Shape(correct, nameof(correct), trajectoryScores.shape);
        Require.SameDevice(correct, nameof(correct), trajectoryScores);
        if (Require.Values(Validate, trajectoryScores) && !scores.Rewards.ge(0).logical_and(scores.Rewards.le(1)).all().ToBoolean())
        {
            throw new ArgumentException("wanted scores from 0 to 1.", nameof(trajectoryScores));
        }

        var right = correct.to(scores.Rewards.dtype);
        var partial = ((scores.Rewards - Gamma) * Beta).sigmoid();
        if (AllNegativeGroupsOnly)
        {
            partial = partial.masked_fill(scores.SumWithin(right).gt(0), 0);
        }

        return where(correct, right, partial).MoveToOuterDisposeScope();
    }

    /// <summary>RTS: the share of steps before the first error; 1 without an error, 0 without steps.</summary>
    /// <param name="firstErrorStep">Counted from 1; null: no error found.</param>
    /// <param name="stepCount">All steps.</param>
    public static double TrajectoryScore(int? firstErrorStep, int stepCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepCount);
        if (firstErrorStep is { } step && (step < 1 || step > stepCount))
        {
            throw new ArgumentOutOfRangeException(nameof(firstErrorStep), step, $"wanted a step from 1 to {stepCount}.");
        }

        return stepCount == 0 ? 0 : ((firstErrorStep ?? stepCount + 1) - 1) / (double)stepCount;
    }
}
