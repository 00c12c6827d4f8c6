using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>Takes a loss apart: follows sums, means and products down to where the policy enters.</summary>
internal sealed class LossTerms
{
    private const int MaximumTerms = 48;
    private const int MaximumDepth = 220;

    private readonly List<LossTerm> terms = [];
    private readonly List<PathStep> path = [];
    private readonly HashSet<Node> loops = [];
    private readonly Dictionary<Node, bool> carries = [];
    private int visits;
    private bool isNegative;

    private LossTerms()
    {
    }

    public static IReadOnlyList<LossTerm> Of(Node loss)
    {
        var reader = new LossTerms();
        reader.Walk(loss, 0);
        return reader.terms;
    }

    private void Walk(Node node, int depth)
    {
        node = Shape.Settled(node);
        if (depth > MaximumDepth || terms.Count >= MaximumTerms || ++visits > 4_000 || node.WithoutGradient)
        {
            return;
        }

        if (PolicyPatterns.Match(node) is { } match)
        {
            terms.Add(HostRatio.Recognise(match.Term([.. path], isNegative)));
            return;
        }

        switch (node.Op)
        {
            case Op.Neg:
                WalkNegative(node[0], depth);
                break;
            case Op.Add:
                Walk(node[0], depth + 1);
                Walk(node[1], depth + 1);
                break;
            case Op.Sub when IsSumBefore(node[1], node[0]):
                Walk(node[0], depth + 1);
                break;
            case Op.Sub:
                Walk(node[0], depth + 1);
                WalkNegative(node[1], depth);
                break;
            case Op.Mul:
                WalkProduct(node, depth);
                break;
            case Op.Div:
                Descend(new PathStep(StepKind.Divide, node, node[1]), node[0], depth);
                break;
            case Op.Sum or Op.CumSum:
                Descend(new PathStep(StepKind.Sum, node), node[0], depth);
                break;
            case Op.Mean:
                Descend(new PathStep(StepKind.Mean, node), node[0], depth);
                break;
            case Op.View or Op.Unsqueeze or Op.Convert or Op.Select or Op.Element or Op.Stored or Op.Gather when node.Inputs.Length > 0:
                Descend(new PathStep(StepKind.View, node), node[0], depth);
                break;
            case Op.Concatenate or Op.Group:
                foreach (var input in node.Inputs)
                {
                    Descend(new PathStep(StepKind.Combine, node), input, depth);
                }

                break;
            case Op.Phi or Op.Write or Op.Tuple:
                foreach (var input in node.Inputs)
                {
                    Walk(input, depth + 1);
                }

                break;
            case Op.IndexAdd:
                Descend(new PathStep(StepKind.Sum, node), node[node.Inputs.Length - 1], depth);
                if (node.Inputs.Length > 2 && CarriesPolicy(node[2]) && !ReferenceEquals(node[2], node[node.Inputs.Length - 1]))
                {
                    Descend(new PathStep(StepKind.Sum, node), node[2], depth);
                }

                break;
            case Op.Where:
                WalkChoice(node, depth);
                break;
            case Op.LoopPhi:
                WalkLoop(node, depth);
                break;
            case Op.Min or Op.Max:
                Descend(new PathStep(StepKind.Nonlinear, node), node[0], depth);
                Descend(new PathStep(StepKind.Nonlinear, node), node[1], depth);
                break;
            case Op.Clamp:
                Descend(new PathStep(StepKind.Nonlinear, node), node[0], depth);
                break;
            default:
                if (Shape.CarriesGradient(node))
                {
                    terms.Add(new LossTerm(PolicyForm.Unread, node, [.. path]) { IsNegative = isNegative });
                }

                break;
        }
    }

    /// <summary>A running sum as it was at the end of the completion before: what is left is the completion's own.</summary>
    private static bool IsSumBefore(Node before, Node running)
    {
        var shifted = Shape.Settled(before);
        return shifted is { Op: Op.Concatenate, Inputs.Length: 2 }
            && Constants.IsNumber(shifted[0], 0)
            && Shape.Base(running).Op == Op.CumSum
            && Shape.Base(shifted[1]).Number == Shape.Base(running).Number;
    }

    private void WalkNegative(Node node, int depth)
    {
        isNegative = !isNegative;
        Walk(node, depth + 1);
        isNegative = !isNegative;
    }

    private void Descend(PathStep step, Node into, int depth)
    {
        path.Add(step);
        Walk(into, depth + 1);
        path.RemoveAt(path.Count - 1);
    }

    private void WalkProduct(Node node, int depth)
    {
        var left = CarriesPolicy(node[0]);
        var right = CarriesPolicy(node[1]);
        if (left && right)
        {
            // Both depend on the policy: the one whose gradient is that of the term is the one that is no probability or ratio.
            // A ratio without a gradient is a weight, whatever it is a ratio of.
            var (isLeftStopped, isRightStopped) = (!Shape.CarriesGradient(node[0]), !Shape.CarriesGradient(node[1]));
            right = isLeftStopped != isRightStopped ? isLeftStopped : !IsWeight(node[1]) && IsWeight(node[0]);
            left = !right;
        }

        if (left)
        {
            Descend(new PathStep(StepKind.Scale, node, node[1]), node[0], depth);
        }
        else if (right)
        {
            Descend(new PathStep(StepKind.Scale, node, node[0]), node[1], depth);
        }
    }

    private void WalkChoice(Node node, int depth)
    {
        for (var arm = 1; arm <= 2; arm++)
        {
            if (CarriesPolicy(node[arm]))
            {
                Descend(new PathStep(StepKind.Mask, node, node[0]), node[arm], depth);
            }
        }
    }

    private void WalkLoop(Node node, int depth)
    {
        if (!loops.Add(node))
        {
            return;
        }

        Walk(node[0], depth + 1);
        for (var i = 1; i < node.Inputs.Length; i++)
        {
            Descend(new PathStep(StepKind.LoopSum, node), node[i], depth);
        }

        loops.Remove(node);
    }

    /// <summary>Whether all that depends on the policy in a product is ratios and probabilities.</summary>
    private bool IsWeight(Node node) =>
        Shape.Factors(node).TrueForAll(factor => !CarriesPolicy(factor.Factor) || IsRatio(Shape.Base(factor.Factor)));

    private static bool IsRatio(Node node) => node.Op == Op.Exp || (node.Op == Op.Clamp && Shape.Base(node[0]).Op == Op.Exp);

    /// <summary>A ratio of log-probabilities that were detached before: a weight, not a way to the policy.</summary>
    private static bool IsStoppedRatio(Node node) =>
        node.Op is Op.Exp or Op.Clamp
        && !Shape.CarriesGradient(node)
        && Shape.Contains(node, part => part.Op == Op.Forward)
        && Shape.Contains(node, part => part.Op == Op.Detach);

    /// <summary>Whether the policy is met on the way down from a node.</summary>
    private bool CarriesPolicy(Node node)
    {
        if (carries.TryGetValue(node, out var known))
        {
            return known;
        }

        carries[node] = false;
        var found = !node.WithoutGradient && !IsStoppedRatio(node) && (PolicyPatterns.Match(node) is not null
            || (node.Op is not (Op.Detach or Op.Item or Op.Compare or Op.Count or Op.Constant or Op.Input or Op.Setting or Op.Opaque or Op.Forward or Op.FiniteTest)
                && node.Inputs.Any(CarriesPolicy)));
        return carries[node] = found;
    }
}
