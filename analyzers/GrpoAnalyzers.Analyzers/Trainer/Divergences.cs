using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>The estimators of the divergence from a reference policy: k1, k2, k3.</summary>
internal static class Divergences
{
    /// <summary>k3: exp(-d) + d - 1 in any order of its summands.</summary>
    public static PolicyMatch? Match(Node node)
    {
        var summands = new List<(Node Node, bool Negative)>();
        Collect(node, negative: false, summands, 0);
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
        return new PolicyMatch(isPolicy ? PolicyForm.Divergence : PolicyForm.Supervised, node) { Estimator = isPolicy ? "k2" : null };
    }

    private static void Collect(Node node, bool negative, List<(Node Node, bool Negative)> summands, int depth)
    {
        var inner = Shape.Unviewed(node);
        // The difference of two log-probabilities is one summand, not two.
        if (depth > 6 || summands.Count > 4 || inner.Op is not (Op.Add or Op.Sub) || (inner.Op == Op.Sub && IsDifference(inner)))
        {
            summands.Add((node, negative));
            return;
        }

        Collect(inner[0], negative, summands, depth + 1);
        Collect(inner[1], inner.Op == Op.Sub ? !negative : negative, summands, depth + 1);
    }

    private static bool IsDifference(Node node) =>
        !Canonical.IsPlainNumber(node[0]) && !Canonical.IsPlainNumber(node[1])
        && Shape.Unviewed(node[0]).Op is not (Op.Exp or Op.Sub or Op.Add) && Shape.Unviewed(node[1]).Op is not (Op.Exp or Op.Sub or Op.Add);
}
