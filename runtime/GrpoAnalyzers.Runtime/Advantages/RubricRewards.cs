namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Rewards of Rubric-ARM (2602.01511): a generator writes a rubric, a judge decides by it. The terms are published, the weight between them and how two
/// orders are combined are not.
/// </summary>
public static class RubricRewards
{
    /// <summary>1 for the right verdict + <paramref name="formatWeight"/> for a well-formed one, <c>[B]</c>.</summary>
    /// <param name="correct">Whether the verdict is the label; bool <c>[B]</c>. An unparsable verdict is not.</param>
    /// <param name="formatOk">Whether every criterion, explanation, justification and a verdict are there; bool <c>[B]</c>.</param>
    /// <param name="formatWeight">Unpublished, hence always said.</param>
    public static Tensor Judge(Tensor correct, Tensor formatOk, double formatWeight)
    {
        using var scope = NewDisposeScope();
        Require.Boolean(correct, nameof(correct));
        Require.Boolean(formatOk, nameof(formatOk));
        Require.Shape(formatOk, nameof(formatOk), correct.shape);
        Require.SameDevice(formatOk, nameof(formatOk), correct);
        Require.NotNegative(formatWeight, nameof(formatWeight));
        return (correct.to(ScalarType.Float32) + formatOk.to(ScalarType.Float32) * formatWeight).MoveToOuterDisposeScope();
    }

    /// <summary>1 where the frozen judge reached the label with this rubric, <c>[B]</c>.</summary>
    /// <param name="judgeCorrect">bool <c>[B]</c>.</param>
    public static Tensor Generator(Tensor judgeCorrect) => Require.Boolean(judgeCorrect, nameof(judgeCorrect)).to(ScalarType.Float32);

    /// <summary>A sample against a baseline answer in both orders: the mean of the two verdicts, or 1 only if both agree. <c>[B]</c></summary>
    /// <param name="prefersAsFirst">Whether the sample won in first place; bool <c>[B]</c>.</param>
    /// <param name="prefersAsSecond">Whether it won in second place; bool <c>[B]</c>.</param>
    /// <param name="both">Whether both must agree.</param>
    public static Tensor AgainstBaseline(Tensor prefersAsFirst, Tensor prefersAsSecond, bool both = false)
    {
        using var scope = NewDisposeScope();
        Require.Boolean(prefersAsFirst, nameof(prefersAsFirst));
        Require.Boolean(prefersAsSecond, nameof(prefersAsSecond));
        Require.Shape(prefersAsSecond, nameof(prefersAsSecond), prefersAsFirst.shape);
        Require.SameDevice(prefersAsSecond, nameof(prefersAsSecond), prefersAsFirst);
        var reward = both
            ? prefersAsFirst.logical_and(prefersAsSecond).to(ScalarType.Float32)
            : (prefersAsFirst.to(ScalarType.Float32) + prefersAsSecond.to(ScalarType.Float32)) / 2;
        return reward.MoveToOuterDisposeScope();
    }
}
