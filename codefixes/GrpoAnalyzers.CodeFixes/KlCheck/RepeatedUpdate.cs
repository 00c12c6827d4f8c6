using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>An update and the loop that repeats it on one rollout.</summary>
/// <param name="Step">The call of <c>step</c>.</param>
/// <param name="Ratio">The ratio that the loss is clipped by.</param>
/// <param name="Loop">The outermost loop that repeats the update on the same old log-probabilities.</param>
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
        if (update.Step.Site.Syntax is not InvocationExpressionSyntax step)
        {
            return null;
        }

        List<SyntaxNode> positions = [step];
        for (var frame = update.Step.Frame; !ReferenceEquals(frame, update.Loop.Frame); frame = frame.Caller)
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
            depth += ReferenceEquals(loop.Frame, update.Loop.Frame) ? 1 : 0;
            if (ReferenceEquals(loop, update.Loop))
            {
                break;
            }
        }

        return new RepeatedUpdate(step, ratio, update.Loop, positions, depth);
    }

    private static int DepthOf(Loop loop) => loop.Parent is { } parent ? DepthOf(parent) + 1 : 0;

    private bool IsSameAs(RepeatedUpdate other) =>
        Ratio.Site.Syntax == other.Ratio.Site.Syntax && Depth == other.Depth && Loop.Kind == other.Loop.Kind && Positions.SequenceEqual(other.Positions);
}
