using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;

namespace GrpoAnalyzers.Fingerprint;

/// <summary>
/// The weight alpha of a token: follows a term from the policy outwards and keeps count of what each sum and mean divides by.
/// G is the number of completions, |o| a completion's length, sum|o| the number of tokens, T the width of the padding, c a constant.
/// </summary>
internal sealed class WeightingReading
{
    /// <summary>The stopped weight that corrects for the policy that sampled.</summary>
    public const string SamplerWeight = "rho";

    private readonly LossTerm term;
    private readonly Loop? loop;
    private readonly bool isMasked;
    private Extent extent;
    private bool isOneCompletion;
    private int completions;
    private int ownLength;
    private int allTokens;
    private int width;
    private bool hasConstant;
    private bool hasAlpha;
    private ISet<Node>? coefficients;
    private string? unknown;

    private WeightingReading(LossTerm term, TermFactors factors, bool isSequence, Loop? loop)
    {
        this.term = term;
        this.loop = loop;
        isMasked = factors.Masks.Count > 0;
        isOneCompletion = CompletionLoop.Of(term, loop) is not null;
        extent = isSequence && !(factors.Masks.Count > 0 && term.Path.Any(step => step.Kind is StepKind.Sum or StepKind.Mean && !step.At.Axes.IsTotal)) ? Extent.Completions : Extent.Tokens;
    }

    /// <summary>What the values on the way stand for.</summary>
    private enum Extent
    {
        Tokens,
        Completions,
        One,
    }

    /// <param name="term">The term.</param>
    /// <param name="factors">Its factors.</param>
    /// <param name="isSequence">Whether the policy enters by whole completions.</param>
    /// <param name="loop">The loop of the update.</param>
    /// <param name="deviation">What the advantages are divided by.</param>
    /// <param name="isOneCompletion">Whether the term is computed for one completion at a time, where that is known.</param>
    /// <param name="coefficients">Operations whose numbers are the term's own coefficient, no weight.</param>
    public static Part Of(
        LossTerm term, TermFactors factors, bool isSequence, Loop? loop, string? deviation, bool? isOneCompletion = null, ISet<Node>? coefficients = null)
    {
        var reading = new WeightingReading(term, factors, isSequence, loop) { coefficients = coefficients };
        reading.isOneCompletion = isOneCompletion ?? reading.isOneCompletion;
        for (var i = term.Path.Count - 1; i >= 0; i--)
        {
            reading.Take(term.Path[i]);
        }

        if (reading.unknown is { } reason)
        {
            return Part.Unknown(reason);
        }

        if (!factors.Others.TrueForAll(reading.IsUnderstood))
        {
            return Part.Unknown("a factor of the tokens is not understood");
        }

        var numerator = Numerator(term, factors);
        if (reading.ownLength < 0)
        {
            numerator = numerator.Length > 0 ? numerator + " |o|" : "|o|";
        }

        if (reading.hasAlpha || (factors.Advantage is { } advantage && Shape.Contains(advantage, node => node.Op == Op.Div && IsShareOfSignal(node[1]), node => node.Op == Op.Forward)))
        {
            numerator = numerator.Length > 0 ? "alpha " + numerator : "alpha";
        }

        var divisors = new List<string>();
        Add(reading.completions, "G");
        Add(reading.ownLength, "|o|");
        Add(reading.allTokens, "sum|o|");
        Add(reading.width, "T");
        Add(reading.hasConstant ? 1 : 0, "c");
        if (deviation is not null)
        {
            divisors.Add(deviation);
        }

        var top = numerator.Length > 0 ? numerator : "1";
        return Part.Of(divisors.Count switch { 0 => top, 1 => $"{top}/{divisors[0]}", _ => $"{top}/({string.Join(" ", divisors)})" });

        void Add(int count, string text)
        {
            if (count > 0)
            {
                divisors.Add(text);
            }
        }
    }

    /// <summary>A softmax over completions: a share for each.</summary>
    private static bool IsPreference(Node factor) => Shape.Contains(factor, node => node.Op == Op.Softmax, node => node.Op is Op.Forward or Op.Sum or Op.Gather);

    /// <summary>Whether a factor is a share, a length or a count, which are read where they stand.</summary>
    private bool IsUnderstood(Node factor) =>
        IsPreference(factor) || CompletionLength.IsOwnLength(factor, term, loop) || IsLengthInRatio(factor) || AxisOf(factor) is not null || Shape.Base(factor).Op == Op.Count;

    private static string Numerator(LossTerm term, TermFactors factors)
    {
        var parts = new List<string>();
        if (factors.Importance.Count > 0 && term.Form is PolicyForm.ClippedPair or PolicyForm.Ratio or PolicyForm.ClippedRatio or PolicyForm.SoftGate)
        {
            parts.Add(SamplerWeight);
        }

        if (factors.Filters.Count > 0)
        {
            parts.Add("M");
        }

        if (factors.TokenWeights.Count > 0)
        {
            parts.Add("lambda");
        }

        if (factors.Others.Any(IsPreference))
        {
            parts.Add("G lambda");
        }

        return string.Join(" ", parts);
    }

    private void Take(PathStep step)
    {
        switch (step.Kind)
        {
            case StepKind.Sum:
                Sum(step.At);
                break;
            case StepKind.Mean:
                Mean(step.At);
                break;
            case StepKind.LoopSum:
                extent = Extent.One;
                break;
            case StepKind.Combine when extent == Extent.One:
                // Numbers put side by side: one for each completion.
                extent = Extent.Completions;
                break;
            case StepKind.Combine when extent == Extent.Tokens:
                // Tokens of all completions behind one another.
                isOneCompletion = false;
                break;
            case StepKind.Divide or StepKind.Scale when step.Factor is { } factor:
                foreach (var (part, divides, _) in Shape.Factors(factor))
                {
                    if (coefficients?.Contains(step.At) == true && Canonical.IsPlainNumber(Shape.Base(part)))
                    {
                        continue;
                    }

                    Scale(part, divides != (step.Kind == StepKind.Divide));
                }

                break;
        }
    }

    private void Sum(Node at)
    {
        if (extent == Extent.Tokens && (!at.Axes.IsTotal || isOneCompletion))
        {
            extent = Extent.Completions;
        }
        else if (at.Axes.IsTotal || extent == Extent.Completions)
        {
            extent = Extent.One;
        }
    }

    private void Mean(Node at)
    {
        if (extent == Extent.Completions)
        {
            completions++;
            extent = Extent.One;
        }
        else if (extent == Extent.Tokens && at.Axes.IsTotal)
        {
            if (isOneCompletion)
            {
                ownLength++;
                extent = Extent.Completions;
                return;
            }

            if (isMasked)
            {
                completions++;
                width++;
            }
            else
            {
                allTokens++;
            }

            extent = Extent.One;
        }
        else if (extent == Extent.Tokens)
        {
            if (ReferenceEquals(CompletionLength.Normalisation(term, loop), at))
            {
                ownLength++;
            }
            else
            {
                width++;
            }

            extent = Extent.Completions;
        }
    }

    private void Scale(Node factor, bool divides)
    {
        var sign = divides ? 1 : -1;
        if (divides && IsShareOfSignal(factor))
        {
            // alpha is all groups over those with a signal: the number of groups stands in its numerator.
            hasAlpha = true;
            completions++;
            return;
        }

        if (Dispersion.Find(factor) is not null)
        {
            return;
        }

        if (divides && term.Form == PolicyForm.SoftGate && Shape.Contains(term.Policy, node => node.Number == Shape.Base(factor).Number))
        {
            // The gate's own scale, four over its temperature.
            return;
        }

        if (CompletionLength.IsOwnLength(factor, term, loop) || (!divides && IsLengthInRatio(factor)))
        {
            ownLength += sign;
        }
        else if (AxisOf(factor) is { } axis)
        {
            if (axis == 0)
            {
                completions += sign;
            }
            else
            {
                width += sign;
            }
        }
        else if (divides && Shape.Unviewed(factor) is { Op: Op.Count } count)
        {
            Count(count);
        }
        else if (divides && IsTokenTotal(factor))
        {
            allTokens++;
        }
        else if (divides && (Canonical.IsPlainNumber(Shape.Base(factor)) || Numbers.ValueOf(factor) is not null))
        {
            hasConstant = true;
        }
        else if (divides)
        {
            unknown = "what the sum is divided by is not known";
        }
    }

    /// <summary>The lengths by which a sequence's ratio is divided in its exponent.</summary>
    private bool IsLengthInRatio(Node factor) =>
        term.Ratio is { } ratio && Shape.Base(factor) is { Op: Op.Sum } length && !length.Axes.IsTotal && Shape.Contains(ratio, node => node.Op == Op.Sum && node.Number == length.Number);

    private void Count(Node count)
    {
        if (count.Data is null && count.Inputs.Length == 1 && extent == Extent.Tokens && Shape.Base(count[0]).Op is not (Op.Container or Op.Contents or Op.Input or Op.Object))
        {
            // numel() of a padded tensor.
            completions++;
            width++;
        }
        else
        {
            completions++;
        }
    }

    /// <summary>The axis whose size a node is.</summary>
    private static long? AxisOf(Node node)
    {
        var inner = Shape.Settled(node);
        while (inner.Op == Op.Convert && inner.Inputs.Length > 0)
        {
            inner = Shape.Settled(inner[0]);
        }

        if (inner.Inputs.Length < 2 || Constants.NumberOf(inner[1]) is not { } axis)
        {
            return null;
        }

        var sizes = Shape.Settled(inner[0]);
        sizes = sizes.Op == Op.Contents ? Shape.Settled(sizes[0]) : sizes;
        return inner is { Op: Op.Count, Data: "shape" } || sizes is { Op: Op.Count, Data: "shape" } ? (long)axis : null;
    }

    /// <summary>The number of tokens of all completions, however it is counted.</summary>
    private static bool IsTokenTotal(Node divisor)
    {
        var node = Shape.Base(divisor);
        for (var depth = 0; depth < 12; depth++)
        {
            switch (node.Op)
            {
                case Op.Clamp:
                    node = Shape.Base(node[0]);
                    continue;
                case Op.Add or Op.Max when Canonical.IsPlainNumber(node[1]):
                    node = Shape.Base(node[0]);
                    continue;
                case Op.Add or Op.Max when Canonical.IsPlainNumber(node[0]):
                    node = Shape.Base(node[1]);
                    continue;
            }

            break;
        }

        return node.Op == Op.Sum ? node.Axes.IsTotal || node[0].Op is Op.Sum or Op.Element : node.Op == Op.LoopPhi && Accumulation.AddendOf(node) is not null;
    }

    /// <summary>GPG's alpha: completions over those in groups that carry a signal.</summary>
    private static bool IsShareOfSignal(Node factor) => Shape.Base(factor) is { Op: Op.Sum } sum && Shape.Contains(sum, node => node.Op == Op.Compare, node => node.Op == Op.Forward)
        && Shape.Contains(sum, node => node.Op is Op.Std or Op.Var or Op.Abs or Op.ReduceMax);
}
