using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>
/// The <c>RatioGuard</c> of GrpoAnalyzers.Runtime: a test of how far two policies' log-probabilities lie apart, against each limit that is set.
/// </summary>
internal sealed partial class Reader
{
    private static readonly string[] LimitsOfGuard = ["MaxKl", "MaxOutside", "MaxRatio"];

    private Node? GuardCall(IInvocationOperation call, Node? self, Node[] arguments, State state, Frame frame)
    {
        var type = call.TargetMethod.ContainingType;
        if (self is null || type is not { Name: "RatioGuard", ContainingNamespace: { Name: "Runtime", ContainingNamespace: { Name: "GrpoAnalyzers", ContainingNamespace.IsGlobalNamespace: true } } })
        {
            return null;
        }

        var recorded = Place.ContentsOf(IdentityOf(self));
        switch (call.TargetMethod.Name)
        {
            case "Record" or "ShouldStop" when arguments.Length > 1:
                var measured = Opaque(call, frame, Make(Op.Sub, call, frame, arguments[0], arguments[1]));
                owners[recorded.Owner] = IdentityOf(self);
                state.Set(recorded, measured);
                return call.TargetMethod.Name == "Record" ? Graph.None : StopOf(measured, self, type, call, state, frame);
            case "Read" when arguments.Length == 0 && state[recorded] is { } known:
                return Opaque(call, frame, known);
            default:
                return null;
        }
    }

    /// <summary>Whether one of the limits is passed: never, where none is set.</summary>
    private Node StopOf(Node measured, Node self, INamedTypeSymbol type, IOperation at, State state, Frame frame)
    {
        var guard = IdentityOf(self);
        if (guard is not { Op: Op.Object } || type.DeclaringSyntaxReferences.Length > 0)
        {
            // Made elsewhere: its limits are not known, and a guard has some.
            return Make(Op.Compare, at, frame, Comparison.Greater, measured, Opaque(at, frame, guard));
        }

        Node? stop = null;
        foreach (var name in LimitsOfGuard)
        {
            if (type.GetMembers(name).OfType<IPropertySymbol>().FirstOrDefault() is not { } property || LimitOf(guard, property, state) is not { } limit)
            {
                continue;
            }

            var test = Make(Op.Compare, at, frame, Comparison.Greater, measured, limit);
            stop = stop is null ? test : Make(Op.Or, at, frame, stop, test);
        }

        return stop ?? Graph.Constant(false, SiteOf(at, frame));
    }

    /// <summary>What a limit was set to; null where it was not, or to something that nothing passes.</summary>
    private Node? LimitOf(Node guard, IPropertySymbol property, State state)
    {
        var place = MemberPlace(guard, property);
        var limit = state[place] ?? (made.TryGetValue(place, out var left) ? left : null);
        return limit is null ? null : Constants.Of(limit) switch
        {
            { Value: null } => null,
            { IsDefault: false, Number: >= 1 } when property.Name == "MaxOutside" => null,
            _ => limit,
        };
    }
}
