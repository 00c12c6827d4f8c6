using GrpoAnalyzers.Graph.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>Loops: what goes round, and what a round leaves for the next.</summary>
internal sealed partial class Reader
{
    private List<(Place Place, Node Phi)> EnterLoop(Frame frame, NaturalLoop natural, State state)
    {
        epoch++;
        var header = frame.Flow.Graph.Blocks[natural.Header];
        var parent = natural.Parent is not null && frame.Loops.TryGetValue(natural.Parent.Header, out var outer) ? outer : frame.CallLoop;
        var syntax = header.BranchValue?.Syntax ?? header.Operations.FirstOrDefault()?.Syntax;
        var loop = new Loop(LoopKind.Statement, frame, natural.Header, parent, new Site(syntax, frame.CallSite));
        frame.Loops[natural.Header] = loop;

        var effects = EffectsOf(frame, natural);
        MakePlaces(effects.Members, frame, state);
        var phis = new List<(Place, Node)>();
        foreach (var entry in state.Values.ToList())
        {
            if (effects.MayChange(entry.Key, state))
            {
                var phi = Graph.Fresh(Op.LoopPhi, entry.Value.Site, loop, loop, entry.Value);
                phi.IsScalar = entry.Value.IsScalar && !types.IsTensor(TypeOfMember(entry.Key.Symbol) ?? (entry.Key.Symbol as ILocalSymbol)?.Type);
                state.Set(entry.Key, phi);
                phis.Add((entry.Key, phi));
            }
        }

        return phis;
    }

    /// <summary>Gives members that a loop assigns a place before it, so that they get a loop-phi.</summary>
    private void MakePlaces(IEnumerable<ISymbol> members, Frame frame, State state)
    {
        if (frame.Self is { } self)
        {
            // Nothing before the loop may have asked for one of its members.
            owners[IdentityOf(self).Number] = IdentityOf(self);
        }

        var objects = owners.Values.Concat(state.Values.Select(entry => entry.Value).Where(value => value.Op == Op.Phi)).ToList();
        foreach (var member in members)
        {
            foreach (var owner in objects)
            {
                var isMade = owner.Data is ObjectIdentity { IsMadeHere: true } identity && SymbolEqualityComparer.Default.Equals(identity.Type.OriginalDefinition, member.ContainingType);
                if (Place.Member(owner, member) is var place && state[place] is null
                    && (isMade || (owner.Number == frame.Self?.Number && IsMemberOf(member, frame.Symbol.ContainingType)) ? InitialValue(place, state) : OfEither(owner, member, state)) is { } initial)
                {
                    state.Set(place, initial);
                }
            }
        }
    }

    private static bool IsMemberOf(ISymbol member, INamedTypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, member.ContainingType))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a member holds of an object that is one made here or another: a dictionary's entry, or a new one.</summary>
    private Node? OfEither(Node owner, ISymbol member, State state)
    {
        if (owner.Op != Op.Phi
            || !Array.Exists(owner.Inputs, input => input.Data is ObjectIdentity { IsMadeHere: true } identity && SymbolEqualityComparer.Default.Equals(identity.Type.OriginalDefinition, member.ContainingType)))
        {
            return null;
        }

        owners[owner.Number] = owner;
        var values = new List<Node>();
        foreach (var input in owner.Inputs)
        {
            var place = MemberPlace(IdentityOf(input), member);
            if ((state[place] ?? InitialValue(place, state)) is { } value)
            {
                values.Add(value);
            }
        }

        return values.Count == 0 ? null : Alternatives(values);
    }

    /// <summary>Fills in what loop-phis hold after a round, once the last block that jumps back was read.</summary>
    private void CloseLoops(
        Frame frame,
        int ordinal,
        State?[] ends,
        Dictionary<(int From, int To), EdgeKind> edges,
        Dictionary<int, List<(Place Place, Node Phi)>> loopPhis)
    {
        foreach (var target in frame.Flow.SuccessorsOf(ordinal))
        {
            if (!frame.Flow.IsBackEdge(ordinal, target) || !loopPhis.TryGetValue(target, out var phis))
            {
                continue;
            }

            epoch++;
            if (edges.TryGetValue((ordinal, target), out var kind) && kind == EdgeKind.Dead)
            {
                continue;
            }

            KeepNewMembers(ends[target], ends[ordinal]);
            foreach (var (place, phi) in phis)
            {
                if (ends[ordinal]?[place] is { } value && value.Number != phi.Number && !phi.Inputs.Any(input => input.Number == value.Number))
                {
                    phi.CloseLoop([.. phi.Inputs, value]);
                }
            }
        }
    }

    /// <summary>Members that a round wrote for the first time: behind the loop they hold what the rounds left.</summary>
    private static void KeepNewMembers(State? header, State? end)
    {
        if (header is null || end is null)
        {
            return;
        }

        foreach (var entry in end.Values.ToList())
        {
            if (!entry.Key.IsLocal && header[entry.Key] is null)
            {
                header.Set(entry.Key, entry.Value);
            }
        }
    }

    private bool GradientIsOff(Frame frame, int ordinal, State state)
    {
        foreach (var operand in frame.Flow.Disposals.Around(ordinal))
        {
            var held = operand switch
            {
                ILocalReferenceOperation local => state[LocalPlace(local.Local, frame)],
                IFlowCaptureReferenceOperation capture => state[Place.Captured(frame, capture.Id)],
                _ => null,
            };
            if (held?.Op == Op.NoGrad)
            {
                return true;
            }
        }

        return false;
    }
}
