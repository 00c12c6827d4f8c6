using GrpoAnalyzers.Graph;

namespace GrpoAnalyzers.Trainer;

/// <summary>
/// A clipped surrogate whose ratio is computed number by number outside the tensors: the log-probability is multiplied with a coefficient that
/// holds the ratio, and is zero where the clip is active.
/// </summary>
internal static class HostRatio
{
    /// <summary>The term as a clipped ratio where its log-probability's coefficient is one; the term itself where not.</summary>
    public static LossTerm Recognise(LossTerm term)
    {
        if (term.Form != PolicyForm.LogProb)
        {
            return term;
        }

        foreach (var step in term.Path)
        {
            if (step is { Kind: StepKind.Scale, Factor: { } factor } && Find(factor, term.Policy) is { } ratio && IsSwitchedOff(factor, ratio))
            {
                return new LossTerm(PolicyForm.ClippedRatio, term.Policy, term.Path) { Ratio = ratio };
            }
        }

        return term;
    }

    private static Node? Find(Node coefficient, Node policy)
    {
        var own = Shape.Base(policy).Number;
        Node? found = null;
        Shape.Contains(
            coefficient,
            node =>
            {
                if (node.Op == Op.Exp && PolicyPatterns.Difference(node[0]) is { } difference && Shape.Base(difference[0]).Number == own)
                {
                    found = node;
                }

                return found is not null;
            },
            node => node.Op == Op.Forward);
        return found;
    }

    /// <summary>Whether a test of the ratio decides that the coefficient is zero.</summary>
    private static bool IsSwitchedOff(Node coefficient, Node ratio) => Shape.Contains(
        coefficient,
        node => node.Op is Op.Phi or Op.Where
            && node.Inputs.Any(arm => Constants.IsNumber(arm, 0))
            && (node.Op == Op.Where ? [node[0]] : node.Gates).Any(gate => Shape.Contains(gate, part => part.Number == ratio.Number)),
        node => node.Op == Op.Forward);
}
