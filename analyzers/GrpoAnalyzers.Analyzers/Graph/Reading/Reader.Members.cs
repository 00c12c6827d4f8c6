using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>Fields and properties: what objects hold, as far as the reading, their constructors and the members that assign them tell.</summary>
internal sealed partial class Reader
{
    /// <summary>How many values that may be one of several are looked through inside one another; they can go in circles.</summary>
    private const int MaximumChoices = 6;

    private readonly Dictionary<int, Node> owners = [];
    private readonly Dictionary<ISymbol, List<Node>> written = new(SymbolEqualityComparer.Default);
    private int choices;

    private Node ReadField(IFieldReferenceOperation reference, State state, Frame frame)
    {
        var field = reference.Field;
        if (field.HasConstantValue)
        {
            return Graph.Constant(field.ConstantValue, SiteOf(reference, frame));
        }

        var owner = reference.Instance is null ? SelfOf(field.ContainingType) : Read(reference.Instance, state, frame);
        if (field.ContainingType.IsTupleType && TupleIndexOf(field) is { } index)
        {
            return ItemOf(owner, index, reference, state, frame);
        }

        return types.IsTorch(field) ? TorchField(reference, owner, frame) : ReadMember(owner, field, reference, state, frame);
    }

    private static int? TupleIndexOf(IFieldSymbol field)
    {
        var name = (field.CorrespondingTupleField ?? field).Name;
        return name.StartsWith("Item", StringComparison.Ordinal) && int.TryParse(name.Substring(4), out var number) ? number - 1 : null;
    }

    private Node ReadProperty(IPropertyReferenceOperation reference, State state, Frame frame)
    {
        var property = reference.Property;
        var owner = reference.Instance is null ? null : Read(reference.Instance, state, frame);
        if (property.IsIndexer && owner is not null)
        {
            var indices = ReadAll(reference.Arguments.Select(argument => argument.Value), state, frame);
            if (types.IsTensor(reference.Instance!.Type))
            {
                return TorchIndex(reference, owner, indices, state, frame);
            }

            if (property.GetMethod is not { DeclaringSyntaxReferences.Length: > 0 } indexer)
            {
                return ReadElement(reference, owner, indices, state, frame);
            }

            return Call(indexer, owner, indices, reference, state, frame) ?? Opaque(reference, frame, [owner, .. indices]);
        }

        if (types.IsTorch(property))
        {
            return TorchProperty(reference, owner, state, frame);
        }

        if (property.DeclaringSyntaxReferences.Length == 0)
        {
            return owner is not null ? LibraryProperty(reference, owner, state, frame) : StaticLibraryProperty(reference, frame);
        }

        owner ??= SelfOf(property.ContainingType);
        return ReadPropertyOf(owner, property, reference, state, frame);
    }

    private Node ReadPropertyOf(Node owner, IPropertySymbol property, IOperation at, State state, Frame frame)
    {
        var actual = Implementation(owner, property);
        if (!IsAutoProperty(actual) && actual.GetMethod is { } getter && Call(getter, owner, [], at, state, frame) is { } computed)
        {
            return computed;
        }

        return ReadMember(owner, actual, at, state, frame);
    }

    /// <summary>The property that is read, where an object's type or the only implementation tells.</summary>
    private IPropertySymbol Implementation(Node owner, IPropertySymbol property)
    {
        if ((property.IsAbstract || property.IsVirtual || property.IsOverride || property.ContainingType.TypeKind == TypeKind.Interface)
            && property.GetMethod is { } getter)
        {
            var implementation = TypeOf(owner) is { } type ? Source.SymbolSearch.ImplementationIn(type, getter) : search.OnlyImplementation(getter, cancellation);
            return implementation?.AssociatedSymbol as IPropertySymbol ?? property;
        }

        return property;
    }

    private static bool IsAutoProperty(IPropertySymbol property)
    {
        foreach (var reference in property.OriginalDefinition.DeclaringSyntaxReferences)
        {
            switch (reference.GetSyntax())
            {
                case PropertyDeclarationSyntax { ExpressionBody: not null }:
                    return false;
                case PropertyDeclarationSyntax { AccessorList: { } accessors }:
                    return accessors.Accessors.All(accessor => accessor is { Body: null, ExpressionBody: null });
            }
        }

        // The property of a record's parameter, or one of an assembly.
        return true;
    }

    /// <summary>What a member of an object holds.</summary>
    private Node ReadMember(Node owner, ISymbol member, IOperation at, State state, Frame frame)
    {
        var through = owner;
        owner = IdentityOf(owner);
        if (choices < MaximumChoices && state[MemberPlace(owner, member)] is null && owner.Op is (Op.Phi or Op.LoopPhi or Op.Write or Op.Group))
        {
            var values = new List<Node>();
            choices++;
            foreach (var input in owner.Inputs)
            {
                if (input.Op != Op.Constant && !ReferenceEquals(input, owner) && values.Count < Budget.PhiInputs)
                {
                    var value = ReadMember(input, member, at, state, frame);
                    if (!values.Exists(other => other.Number == value.Number))
                    {
                        values.Add(value);
                    }
                }
            }

            choices--;
            if (values.Count == 1)
            {
                return values[0];
            }

            if (values.Count > 1)
            {
                var phi = Graph.Number(Op.Phi, [.. values], owner.Number, SiteOf(at, frame), LoopAt(frame));
                phi.Gates = owner.Gates;
                return phi;
            }
        }

        var place = MemberPlace(owner, member);
        if (state[place] is { } known)
        {
            return ReadBack(through.Op is Op.Element or Op.Stored ? LeftByRounds(known, frame) : known, through, at, frame);
        }

        var initial = InitialValue(place, state) ?? Opaque(at, frame, owner);
        state.Set(place, initial);
        return ReadBack(initial, through, at, frame);
    }

    /// <summary>What a loop over elements gave a member of each of them, for who reads it behind the loop: not what it was before.</summary>
    private Node LeftByRounds(Node known, Frame frame)
    {
        for (var depth = 0; depth < MaximumChoices && known is { Op: Op.LoopPhi, Data: Loop loop, Inputs.Length: 2 }; depth++)
        {
            if (LoopAt(frame)?.IsInside(loop) == true || IsMadeFrom(known[1], known))
            {
                break;
            }

            known = known[1];
        }

        return known;
    }

    private static bool IsMadeFrom(Node value, Node phi)
    {
        var seen = new HashSet<Node>();
        var pending = new Stack<Node>();
        pending.Push(value);
        while (pending.Count > 0)
        {
            var node = pending.Pop();
            if (ReferenceEquals(node, phi) || seen.Count > Budget.PhiInputs * 100)
            {
                return true;
            }

            if (seen.Add(node))
            {
                foreach (var input in node.Inputs)
                {
                    pending.Push(input);
                }
            }
        }

        return false;
    }

    /// <summary>What was stored in a member, read through the element of a container: it changes with the loop over the elements.</summary>
    private Node ReadBack(Node stored, Node owner, IOperation at, Frame frame)
    {
        if (owner.Op is not (Op.Element or Op.Stored) || (owner.Driver is null && !IsPickedByIndex(owner)) || stored.Op is Op.Constant or Op.Setting or Op.Object or Op.Delegate or Op.Optimizer)
        {
            return stored;
        }

        Node node;
        if (stored.Op == Op.Input && stored.Inputs.Length == 1 && stored[0].Number == owner.Number)
        {
            node = Graph.Number(Op.Input, [owner], stored.Data, stored.Site, LoopAt(frame));
        }
        else
        {
            node = Graph.Number(Op.Stored, [stored, owner], null, SiteOf(at, frame), LoopAt(frame));
            node.Driver = owner.Driver;
        }

        node.IsScalar = stored.IsScalar;
        node.WithoutGradient = stored.WithoutGradient;
        return node;
    }

    private static bool IsPickedByIndex(Node element) =>
        element.Op == Op.Element && Array.Exists(element.Inputs, input => input.IsScalar && input.Op == Op.LoopPhi);

    private Place MemberPlace(Node owner, ISymbol member)
    {
        owners[owner.Number] = owner;
        return Place.Member(owner, member);
    }

    /// <summary>The object behind views of it.</summary>
    private static Node IdentityOf(Node node)
    {
        while (node.Op is Op.Element or Op.Convert or Op.Stored && node[0].Op is not (Op.Contents or Op.Input or Op.Opaque))
        {
            node = node[0];
        }

        return node;
    }

    private void WriteMember(Node owner, ISymbol member, Node value, State state)
    {
        owner = IdentityOf(owner);
        state.Set(MemberPlace(owner, member), value);
        if (owner.Op == Op.Phi)
        {
            WriteEither(owner, member, value, state);
        }

        member = member.OriginalDefinition;
        if (!written.TryGetValue(member, out var values))
        {
            written.Add(member, values = []);
        }

        if (values.Count <= Budget.PhiInputs && !values.Exists(other => other.Number == value.Number))
        {
            values.Add(value);
        }
    }

    /// <summary>A write to one of several objects: each of those made here holds what it held, or the new value.</summary>
    private void WriteEither(Node owner, ISymbol member, Node value, State state)
    {
        foreach (var input in owner.Inputs)
        {
            if (input.Op == Op.Object && input.Data is ObjectIdentity { IsMadeHere: true })
            {
                var place = MemberPlace(input, member);
                state.Set(place, (state[place] ?? InitialValue(place, state)) is { } before ? Alternatives([before, value]) : value);
            }
        }
    }
}
