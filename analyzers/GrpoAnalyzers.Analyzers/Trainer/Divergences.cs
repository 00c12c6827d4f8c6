using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>The estimators of the divergence from a reference policy: k1, k2, k3.</summary>
internal static class Divergences
{
    /// <summary>k3: exp(-d) + d - 1 in any order of its summands.</summary>
    public static PolicyMatch? Match(Node node)
    {
        if (FindExponent(node, 0) is not { } found)
        {
            return null;
        }

        var summands = new List<(Node Node, bool Negative)>();
        Collect(node, negative: false, found, summands, 0);
        if (summands.Count != 3)
        {
            return null;
        }

        var exponential = summands.Find(summand => !summand.Negative && Shape.Unviewed(summand.Node).Op == Op.Exp);
        var one = summands.Find(summand => summand.Negative && Constants.IsNumber(Shape.Unviewed(summand.Node), 1));
        if (exponential.Node is null || one.Node is null)
        {
            return null;
        }

        var linear = summands.Find(summand => !ReferenceEquals(summand.Node, exponential.Node) && !ReferenceEquals(summand.Node, one.Node));
        var exponent = Shape.Unviewed(Shape.Unviewed(exponential.Node)[0]);
        var term = Shape.Unviewed(linear.Node);
        // exp(x) - x - 1, with the difference either way round.
        var matches = linear.Negative
            ? exponent.Number == term.Number
            : exponent.Op == Op.Sub && term.Op == Op.Sub && exponent[0].Number == term[1].Number && exponent[1].Number == term[0].Number;
        return matches ? new PolicyMatch(PolicyForm.Divergence, node) { Ratio = Shape.Unviewed(exponential.Node), Estimator = "k3" } : null;
    }

    /// <summary>k2: half the square of the difference.</summary>
    public static PolicyMatch? MatchSquare(Node node)
    {
        if (!Constants.IsNumber(node[1], 2) || Shape.Unviewed(node[0]) is not { Op: Op.Sub } difference)
        {
            return null;
        }

        var isPolicy = Shape.IsLogProb(difference[0]) || Shape.IsLogProb(difference[1]);
        if (!isPolicy && !Shape.CarriesGradient(difference))
        {
            return null;
        }

        return new PolicyMatch(isPolicy ? PolicyForm.Divergence : PolicyForm.Supervised, node) { Estimator = isPolicy ? "k2" : null };
    }

    /// <summary>The absolute difference.</summary>
    public static PolicyMatch? MatchAbsolute(Node node) =>
        Shape.Unviewed(node[0]) is { Op: Op.Sub } difference && (Shape.IsLogProb(difference[0]) || Shape.IsLogProb(difference[1]))
            ? new PolicyMatch(PolicyForm.Divergence, node) { Estimator = "abs" }
            : null;

    /// <summary>The exponent of the exponential among the summands.</summary>
    private static Node? FindExponent(Node node, int depth)
    {
        var inner = Shape.Unviewed(node);
        if (inner.Op == Op.Exp)
        {
            return Shape.Unviewed(inner[0]);
        }

        return depth < 6 && inner.Op is Op.Add or Op.Sub ? FindExponent(inner[0], depth + 1) ?? FindExponent(inner[1], depth + 1) : null;
    }

    private static void Collect(Node node, bool negative, Node exponent, List<(Node Node, bool Negative)> summands, int depth)
    {
        var inner = Shape.Unviewed(node);
        // The difference in the exponent is one summand where it stands again, not two.
        if (depth > 6 || summands.Count > 4 || inner.Op is not (Op.Add or Op.Sub) || inner.Number == exponent.Number || IsMirrored(inner, exponent))
        {
            summands.Add((node, negative));
            return;
        }

        Collect(inner[0], negative, exponent, summands, depth + 1);
        Collect(inner[1], inner.Op == Op.Sub ? !negative : negative, exponent, summands, depth + 1);
    }

    private static bool IsMirrored(Node node, Node exponent) =>
        node.Op == Op.Sub && exponent.Op == Op.Sub && node[0].Number == exponent[1].Number && node[1].Number == exponent[0].Number;
}
