using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>Whether a term of the loss is divided by the length of the completion that its tokens belong to.</summary>
internal static class CompletionLength
{
    /// <summary>The operation that weights tokens by one over their own completion's length; null when none is proved.</summary>
    public static Node? Normalisation(LossTerm term, Loop? backwardLoop)
    {
        var masks = Masks(term);
        foreach (var (factor, divides, at) in term.Weights)
        {
            if (divides && IsOwnLength(factor, term, masks, backwardLoop) && !IsUndone(factor, term))
            {
                return at;
            }
        }

        return RowMean(term, masks, backwardLoop);
    }

    /// <summary>Whether a divisor is the length of the completion whose tokens it divides.</summary>
    public static bool IsOwnLength(Node divisor, LossTerm term, Loop? backwardLoop) => IsOwnLength(divisor, term, Masks(term), backwardLoop);

    /// <summary>What the term's tokens are masked with.</summary>
    private static List<Node> Masks(LossTerm term)
    {
        var masks = new List<Node>();
        foreach (var step in term.Path)
        {
            if (step.Kind == StepKind.Mask && step.Factor is { } condition)
            {
                masks.Add(condition);
            }
        }

        foreach (var (factor, divides, _) in term.Weights)
        {
            if (!divides)
            {
                masks.Add(factor);
            }
        }

        return masks;
    }

    private static bool IsOwnLength(Node divisor, LossTerm term, List<Node> masks, Loop? backwardLoop)
    {
        var node = Unguarded(divisor);
        if (IsLengthsAsValues(divisor) || BuildsMask(Shape.Unviewed(divisor), masks) || SpreadsIndex(node, term))
        {
            return true;
        }

        switch (node.Op)
        {
            case Op.Sum when !node.Axes.IsTotal:
                return IsMask(node[0], masks);
            case Op.Sum:
                // The whole mask of one completion, where completions come one by one.
                return IsMask(node[0], masks) && CompletionLoop.Of(term, backwardLoop) is { } loop && (CompletionLoop.Owns(node, term, loop) || Variation.Varies(divisor, loop));
            case Op.Count:
                return CompletionLoop.Of(term, backwardLoop) is { } completions && (CompletionLoop.Owns(node, term, completions) || Variation.Varies(divisor, completions));
            case Op.BinCount:
                return true;
            case Op.IndexAdd:
                var source = Shape.Base(node[node.Inputs.Length - 1]);
                return Constants.IsNumber(source, 1) || IsMask(source, masks) || node.Inputs.Any(input => Constants.IsNumber(Shape.Base(input), 1));
            case Op.Phi or Op.Group:
                return node.Inputs.Any(input => IsOwnLength(input, term, masks, backwardLoop));
            case Op.View or Op.Concatenate:
                return IsLengthOfElement(node);
            default:
                return IsLengthOfElement(node) || BuildsMask(node, masks) || IsCutTo(node, term, backwardLoop) || IsLengthOfPiece(node, term, backwardLoop)
                    || IsCountedInRound(node, term, masks, backwardLoop) || IsBoundOfTokens(node, term, backwardLoop);
        }
    }

    /// <summary>Tokens counted piece by piece in the completion's own round.</summary>
    private static bool IsCountedInRound(Node count, LossTerm term, List<Node> masks, Loop? backwardLoop) =>
        count is { Op: Op.LoopPhi, Data: Loop counted }
        && CompletionLoop.Of(term, backwardLoop) is { } rounds && !ReferenceEquals(counted, rounds) && counted.IsInside(rounds)
        && Accumulation.AddendOf(count) is { } addend && (Shape.Base(addend).Op == Op.Count || Constants.IsNumber(addend, 1) || IsMaskSum(addend, masks));

    /// <summary>The number of rounds of the loop that adds up single tokens, where it is another for each completion.</summary>
    private static bool IsBoundOfTokens(Node length, LossTerm term, Loop? backwardLoop)
    {
        if (length.Op == Op.Constant || !length.IsScalar || !IsOfOneToken(term))
        {
            return false;
        }

        foreach (var step in term.Path)
        {
            if (step is { Kind: StepKind.LoopSum, At: { Op: Op.LoopPhi, Data: Loop tokens } }
                && tokens.Conditions.Exists(condition => condition.Op == Op.Compare && condition.Inputs.Any(bound => Shape.Unviewed(bound).Number == length.Number)))
            {
                for (var loop = tokens.Parent; loop is not null; loop = loop.Parent)
                {
                    if (backwardLoop is null || backwardLoop.IsInside(loop) || loop.IsInside(backwardLoop))
                    {
                        return Variation.Varies(length, loop);
                    }
                }
            }
        }

        return false;
    }

    /// <summary>The log-probability of one token: an entry picked from a table of positions and vocabulary.</summary>
    private static bool IsOfOneToken(LossTerm term) =>
        term.Ratio is { } ratio ? PolicyPatterns.Sides(ratio) is { } sides && IsEntry(Shape.Unviewed(sides.New)) : term.Path.Any(step => step.Kind == StepKind.View && IsEntry(step.At));

    private static bool IsEntry(Node node) =>
        node is { Op: Op.Select, Data: "[]", Inputs.Length: 3 } && node[1].IsScalar && node[2].IsScalar && Shape.IsLogProb(node[0]);

    private static bool IsMaskSum(Node addend, List<Node> masks) => Shape.Base(addend) is { Op: Op.Sum } sum && IsMask(sum[0], masks);

    /// <summary>The number of tokens that one completion's row was cut to.</summary>
    private static bool IsCutTo(Node length, LossTerm term, Loop? backwardLoop)
    {
        var wanted = Shape.Computed(length).Number;
        return length.Op != Op.Constant
            && (term.Path.Any(step => IsCut(step.At)) || Shape.Contains(term.Ratio ?? term.Policy, IsCut))
            && CompletionLoop.Of(term, backwardLoop) is { } loop && Variation.Varies(length, loop);

        bool IsCut(Node node) => node.Op == Op.Select
            && node.Inputs.Skip(1).SelectMany(bound => bound.Op == Op.Bounds ? bound.Inputs : [bound]).Any(bound => Shape.Computed(bound).Number == wanted);
    }

    /// <summary>An entry of the list of lengths that places the completion's piece in the stream of all tokens.</summary>
    private static bool IsLengthOfPiece(Node length, LossTerm term, Loop? backwardLoop) =>
        length is { Op: Op.Element, IsScalar: true }
        && CompletionLoop.Of(term, backwardLoop) is { } loop && Variation.Varies(length, loop)
        && term.Path.Any(step => step.At.Op == Op.Select
            && step.At.Inputs.Skip(1).Any(bound => Shape.Contains(bound, node => node.Op == Op.Element && node[0].Number == length[0].Number)));

    /// <summary>The length behind floors and epsilons.</summary>
    private static Node Unguarded(Node divisor)
    {
        for (var depth = 0; depth < 16; depth++)
        {
            var node = Shape.Unviewed(divisor);
            switch (node.Op)
            {
                case Op.Clamp:
                    divisor = node[0];
                    break;
                case Op.Add when Canonical.IsPlainNumber(node[1]):
                    divisor = node[0];
                    break;
                case Op.Add when Canonical.IsPlainNumber(node[0]):
                    divisor = node[1];
                    break;
                case Op.Max when IsOnes(node[1]):
                    divisor = node[0];
                    break;
                case Op.Max when IsOnes(node[0]):
                    divisor = node[1];
                    break;
                case Op.Where when Canonical.IsPlainNumber(node[2]):
                    divisor = node[1];
                    break;
                case Op.Where when Canonical.IsPlainNumber(node[1]):
                    divisor = node[2];
                    break;
                case Op.Select or Op.Element when node[0].Op == Op.View && IsLengthOfElement(node[0]):
                    return node[0];
                case Op.Select when node[0].Op is Op.Sum or Op.Count or Op.BinCount or Op.IndexAdd or Op.View:
                    divisor = node[0];
                    break;
                default:
                    return node;
            }
        }

        return divisor;
    }

    private static bool IsOnes(Node node) => Constants.IsNumber(Shape.Base(node), 1);

    private static bool IsMask(Node node, List<Node> masks)
    {
        var inner = Shape.Base(node);
        if ((inner.Op == Op.Mul && Shape.SameValue(inner[0], inner[1])) || (inner.Op == Op.Pow && Canonical.IsPlainNumber(inner[1])))
        {
            // Zeros and ones are their own squares.
            return IsMask(inner[0], masks);
        }

        return Shape.IsTruth(inner) || masks.Exists(mask => IsMadeOf(Shape.Base(mask), inner));

        // A mask, or the test of one against zero.
        static bool IsMadeOf(Node mask, Node tokens) => mask.Number == tokens.Number
            || (mask.Op is Op.Compare or Op.Not && mask.Inputs.Any(side => Shape.Base(side).Number == tokens.Number));
    }

    /// <summary>Lengths taken from the completions themselves, one each: <c>tensor(seqs.Select(s => s.Length))</c>.</summary>
    private static bool IsLengthOfElement(Node node)
    {
        var inner = Shape.Base(node);
        if (inner.Op == Op.Concatenate)
        {
            return inner.Inputs.Any(IsLengthOfElement);
        }

        return inner.Op == Op.Count && Shape.Contains(inner[0], part => part.Op == Op.Element) && !ReferenceEquals(inner, node);
    }

    /// <summary>A tensor made of the completions' lengths, behind floors, epsilons and changes of shape.</summary>
    private static bool IsLengthsAsValues(Node divisor)
    {
        for (var depth = 0; depth < 16; depth++)
        {
            var node = Shape.Settled(divisor);
            switch (node.Op)
            {
                case Op.View or Op.Stored when Shape.IsFromValues(node):
                    var each = Shape.Base(Unguarded(node[0]));
                    // All tokens less those of the prompt.
                    each = each.Op == Op.Sub && Shape.Base(each[0]).Op == Op.Count ? Shape.Base(each[0]) : each;
                    return (each.Op == Op.Count || (each.Op == Op.Sum && each.IsScalar)) && Shape.Contains(each, part => part.Op == Op.Element);
                case Op.View or Op.Unsqueeze or Op.Convert or Op.Clamp or Op.Select or Op.Detach or Op.Add or Op.Max:
                    divisor = node[0];
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Lengths by which something of each completion, its number or its advantage, is repeated once a token.</summary>
    private static bool SpreadsIndex(Node lengths, LossTerm term)
    {
        return lengths.Op != Op.Constant
            && (term.Path.Any(step => step.At.Op == Op.IndexAdd && step.At.Inputs.Any(IsSpread))
                || term.Weights.Any(weight => !weight.Divides && IsSpread(weight.Factor))
                || term.Path.Any(step => step.Kind == StepKind.Scale && step.Factor is { } factor && IsSpread(factor)));

        bool IsSpread(Node spread) => Spread(spread) is { } repeats && Shape.Unviewed(repeats).Number == lengths.Number;
    }

    /// <summary>How often each number of an index is repeated; null where it is not made so.</summary>
    private static Node? Spread(Node index)
    {
        var node = Shape.Settled(index);
        while (node.Op is Op.View or Op.Unsqueeze or Op.Detach or Op.Convert or Op.Stored && node.Data is not "repeat_interleave")
        {
            node = Shape.Settled(node[0]);
        }

        return node is { Op: Op.View, Data: "repeat_interleave", Inputs.Length: > 1 } && !node[1].IsScalar ? node[1] : null;
    }

    /// <summary>Lengths that the mask is made from: positions less than the length.</summary>
    private static bool BuildsMask(Node lengths, List<Node> masks)
    {
        var inner = Shape.Base(lengths);
        return !inner.IsScalar && inner.Op != Op.Constant && masks.Exists(mask =>
        {
            var test = Shape.Base(mask);
            return test.Op == Op.Compare && test.Inputs.Any(side => Shape.Base(side).Op == Op.Range) && test.Inputs.Any(side => Shape.Base(side).Number == inner.Number);
        });
    }

    /// <summary>Whether what is divided by is multiplied back further out.</summary>
    private static bool IsUndone(Node divisor, LossTerm term)
    {
        var length = Unguarded(divisor);
        foreach (var (factor, divides, _) in term.Weights)
        {
            if (!divides && Unguarded(factor).Number == length.Number)
            {
                return true;
            }
        }

        return false;
    }

    private static Node? RowMean(LossTerm term, List<Node> masks, Loop? backwardLoop)
    {
        foreach (var step in term.Path)
        {
            if (step.Kind != StepKind.Mean)
            {
                continue;
            }

            if (step.At.Axes.IsTotal ? IsTokenMeanOfOne(step, term, backwardLoop) : IsRaggedRowMean(step, term, masks, backwardLoop))
            {
                return step.At;
            }
        }

        return null;
    }

    /// <summary>The mean over the tokens of one completion, where completions come one by one.</summary>
    private static bool IsTokenMeanOfOne(PathStep step, LossTerm term, Loop? backwardLoop)
    {
        // Only the innermost mean runs over tokens; one further out runs over completions.
        var index = term.Path.ToList().IndexOf(step);
        var combinesTokens = false;
        for (var i = index + 1; i < term.Path.Count; i++)
        {
            if (term.Path[i].Kind is StepKind.Mean or StepKind.Sum or StepKind.LoopSum)
            {
                return false;
            }

            combinesTokens |= term.Path[i].Kind == StepKind.Combine;
        }

        // A list of the completion's own tokens is made and averaged in its round; a list of completions is averaged after the loop.
        return CompletionLoop.Of(term, backwardLoop) is { } loop && (!combinesTokens || step.At.Loop?.IsInside(loop) == true);
    }

    /// <summary>The mean over one axis of rows that are as long as their completions: rows made one group at a time, or without padding.</summary>
    private static bool IsRaggedRowMean(PathStep step, LossTerm term, List<Node> masks, Loop? backwardLoop)
    {
        if (!step.At.Axes.Known || step.At.Axes.Dims is not { Length: 1 } dims || dims[0] is 0)
        {
            return false;
        }

        if (masks.Exists(Shape.IsTruth))
        {
            // A mean over the padded row divides by its width, unless padding is NaN and left out.
            return step.At.Axes.IgnoresNaN;
        }

        return HasWeightPerRow(term) || CompletionLoop.Of(term, backwardLoop) is not null;
    }

    /// <summary>An advantage for each row: it is spread over the row's tokens by an axis of its own.</summary>
    private static bool HasWeightPerRow(LossTerm term)
    {
        foreach (var (factor, divides, _) in term.Weights)
        {
            if (!divides && Shape.IsSpread(factor))
            {
                return true;
            }
        }

        return false;
    }
}
