using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>An update and the loop that repeats it on one rollout.</summary>
/// <param name="Step">The call of <c>step</c>.</param>
/// <param name="Ratio">The ratio that the loss is clipped by.</param>
/// <param name="Loop">The outermost loop that repeats the update on the same old log-probabilities, or the one that goes through the sequence in which it makes rows.</param>
/// <param name="Positions">The step, the call of the function that it stands in, and so on, out to the function of the loop.</param>
/// <param name="Depth">How many loops of that function the update stands in, out to the loop.</param>
internal sealed record RepeatedUpdate(InvocationExpressionSyntax Step, Node Ratio, Loop Loop, IReadOnlyList<SyntaxNode> Positions, int Depth)
{
    /// <summary>What a finding is about; null where several losses or several callers have a part in it.</summary>
    public static RepeatedUpdate? Of(ExpressionSyntax reported, IEnumerable<Surrogate> surrogates)
    {
        var found = new List<RepeatedUpdate>();
        foreach (var surrogate in surrogates)
        {
            var loops = surrogate.UnguardedLoops.Where(update => update.Step.Site.Syntax is { } step && step.SyntaxTree == reported.SyntaxTree && step.Span == reported.Span).ToList();
            foreach (var chain in loops.GroupBy(update => update.Step))
            {
                if (surrogate.Term.Ratio is not { } ratio || Outermost([.. chain], ratio) is not { } update)
                {
                    return null;
                }

                found.Add(update);
            }
        }

        return found.Count > 0 && found.TrueForAll(other => other.IsSameAs(found[0])) ? found[0] : null;
    }

    private static RepeatedUpdate? Outermost(IReadOnlyList<UpdateLoop> loops, Node ratio)
    {
        var update = loops.OrderBy(candidate => DepthOf(candidate.Loop)).First();
        if (update.Step.Site.Syntax is not InvocationExpressionSyntax step || TakerOf(update.Loop, update.Step.Loop) is not { } left)
        {
            return null;
        }

        List<SyntaxNode> positions = [step];
        for (var frame = update.Step.Frame; !ReferenceEquals(frame, left.Frame); frame = frame.Caller)
        {
            if (frame.CallSite?.Syntax is not { } call || frame.Caller is null)
            {
                return null;
            }

            positions.Add(call);
        }

        var depth = 0;
        for (var loop = update.Step.Loop; loop is not null; loop = loop.Parent)
        {
            depth += ReferenceEquals(loop.Frame, left.Frame) && loop.Kind == left.Kind ? 1 : 0;
            if (ReferenceEquals(loop, left))
            {
                break;
            }
        }

        return new RepeatedUpdate(step, ratio, left, positions, depth);
    }

    /// <summary>
    /// The loop around the step that goes through what another makes one by one, which ends where it is left; the other itself where there is none.
    /// Null where it goes through the rows of several rollouts, of which only one has to end.
    /// </summary>
    private static Loop? TakerOf(Loop maker, Loop? around) =>
        maker.TakerAround(around) is not { } left ? maker : maker.Parent?.Consumers.Contains(left) == true ? null : left;

    private static int DepthOf(Loop loop) => loop.Parent is { } parent ? DepthOf(parent) + 1 : 0;

    private bool IsSameAs(RepeatedUpdate other) =>
        Ratio.Site.Syntax == other.Ratio.Site.Syntax && Depth == other.Depth && Loop.Kind == other.Loop.Kind && Positions.SequenceEqual(other.Positions);
}
