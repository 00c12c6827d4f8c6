using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>What lies between the loss and the policy in it.</summary>
internal enum StepKind
{
    Sum,
    Mean,
    Scale,
    Divide,
    Mask,
    View,
    Combine,
    LoopSum,
    Nonlinear,
}

/// <summary>One operation on the way from the loss to the policy.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="At">The operation itself.</param>
/// <param name="Factor">What it multiplies with, divides by or masks with.</param>
internal sealed record PathStep(StepKind Kind, Node At, Node? Factor = null);

/// <summary>How the policy enters a term of the loss.</summary>
internal enum PolicyForm
{
    /// <summary>The smaller of the ratio and its clipped form, each times the advantage.</summary>
    ClippedPair,

    /// <summary>The importance ratio, not clipped.</summary>
    Ratio,

    /// <summary>The clipped ratio alone.</summary>
    ClippedRatio,

    /// <summary>A smooth gate of the ratio in place of a clip.</summary>
    SoftGate,

    /// <summary>A log-probability.</summary>
    LogProb,

    /// <summary>The difference of two log-probabilities.</summary>
    LogRatio,

    /// <summary>An estimate of a divergence from another policy.</summary>
    Divergence,

    /// <summary>The entropy of the policy.</summary>
    Entropy,

    /// <summary>The error of a value estimate or another supervised loss.</summary>
    Supervised,

    /// <summary>Something with a gradient that is none of these.</summary>
    Unread,
}

/// <summary>A summand of a loss, followed down to the policy.</summary>
internal sealed class LossTerm(PolicyForm form, Node policy, IReadOnlyList<PathStep> path)
{
    public PolicyForm Form { get; } = form;

    /// <summary>The node at which the path ends: the clipped pair, the ratio, the log-probability.</summary>
    public Node Policy { get; } = policy;

    /// <summary>The operations from the loss down to the policy, outermost first.</summary>
    public IReadOnlyList<PathStep> Path { get; } = path;

    /// <summary>The importance ratio, where there is one.</summary>
    public Node? Ratio { get; init; }

    /// <summary>For a clipped pair: what both sides are multiplied with.</summary>
    public IReadOnlyList<(Node Factor, bool Divides, Node At)> PairFactors { get; init; } = [];

    /// <summary>The lower and upper bound of the clip; the absent value where it has none.</summary>
    public (Node Low, Node High)? Clip { get; init; }

    /// <summary>Whether the loss falls where the term grows: it is subtracted.</summary>
    public bool IsNegative { get; init; }

    /// <summary>For a divergence: its estimator.</summary>
    public string? Estimator { get; init; }

    /// <summary>Everything that the policy is multiplied with or divided by, outermost first.</summary>
    public IEnumerable<(Node Factor, bool Divides, Node At)> Weights
    {
        get
        {
            foreach (var step in Path)
            {
                if (step.Factor is null || step.Kind == StepKind.Mask)
                {
                    continue;
                }

                foreach (var (factor, divides, at) in Shape.Factors(step.Factor))
                {
                    // A weight that divides by itself stands where it is made; a factor or divisor where it is applied.
                    yield return (factor, divides != (step.Kind == StepKind.Divide), step.Kind == StepKind.Scale && divides && at.Op == Op.Div ? at : step.At);
                }
            }

            foreach (var factor in PairFactors)
            {
                yield return factor;
            }
        }
    }

    /// <summary>
    /// Whether the policy's probabilities are those of tokens in completions: they are masked, summed or averaged over an axis of their own,
    /// or an advantage is spread over them.
    /// </summary>
    public bool HasTokenAxis
    {
        get
        {
            foreach (var step in Path)
            {
                if ((step.Kind is StepKind.Sum or StepKind.Mean && !step.At.Axes.IsTotal) || step.Kind is StepKind.Mask or StepKind.Combine or StepKind.LoopSum)
                {
                    return true;
                }
            }

            foreach (var (factor, divides, _) in Weights)
            {
                if (!divides && (Shape.IsSpread(factor) || Shape.IsTruth(factor)))
                {
                    return true;
                }

                if (divides && Shape.Base(factor).Op == Op.Sum)
                {
                    return true;
                }
            }

            return Path.Any(step => step.Kind == StepKind.Scale && step.Factor is { } scale && Shape.IsSpread(scale))
                || Shape.Contains(
                    Policy,
                    node => node.Op == Op.Mul && node.Inputs.Any(Shape.IsSpread),
                    node => node.Op is Op.Exp or Op.Gather or Op.LogProb or Op.Forward);
        }
    }

    /// <summary>The surrogate's policy: a ratio or log-probability, with something that weights it.</summary>
    public bool IsPolicyGradient => Form is PolicyForm.ClippedPair or PolicyForm.SoftGate or PolicyForm.Ratio or PolicyForm.ClippedRatio or PolicyForm.LogProb or PolicyForm.LogRatio;
}
