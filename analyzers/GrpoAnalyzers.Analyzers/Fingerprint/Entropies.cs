using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;

namespace GrpoAnalyzers.Fingerprint;

/// <summary>The entropy of a distribution over tokens, as a call or written out.</summary>
internal static class Entropies
{
    public static bool IsEntropy(Node node) =>
        node.Op == Op.Entropy
        || (node.Op == Op.Sum && !node.Axes.IsTotal && Shape.Factors(node[0]).Where(factor => !factor.Divides).Select(factor => factor.Factor).ToList() is { Count: 2 } factors
            && (IsOfDistribution(factors[0], factors[1]) || IsOfDistribution(factors[1], factors[0])));

    /// <summary>Whether the weight of a log-probability is its own probability: the term is an expectation over tokens.</summary>
    public static bool IsOwnProbability(Node weight, Node logProbability) => IsOfDistribution(weight, logProbability);

    private static bool IsOfDistribution(Node probability, Node log)
    {
        var (p, q) = (Shape.Base(probability), Shape.Base(log));
        return p.Op is Op.Exp ? Shape.Base(p[0]).Number == q.Number : p.Op == Op.Softmax && (q.Op == Op.LogSoftmax || (q.Op == Op.Log && Shape.Contains(q[0], node => node.Number == p.Number)));
    }
}
