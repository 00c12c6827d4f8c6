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
    private readonly Dictionary<ISymbol, Node?> initialValues = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<Place, Node> made = [];
    private int choices;
    private readonly HashSet<ISymbol> detachedReads = new(SymbolEqualityComparer.Default);

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
        if (owner.Op is not (Op.Element or Op.Stored) || owner.Driver is null || stored.Op is Op.Constant or Op.Setting or Op.Object or Op.Container or Op.Delegate or Op.Optimizer)
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

    /// <summary>What a place holds before anything in this reading wrote to it.</summary>
    private Node? InitialValue(Place place, State state)
    {
        if (place.Symbol is null)
        {
            return owners.TryGetValue(place.Owner, out var container) ? Graph.Number(Op.Contents, [container], null, container.Site, null) : null;
        }

        if (!owners.TryGetValue(place.Owner, out var owner))
        {
            return null;
        }

        var input = Graph.Number(Op.Input, [owner], place.Symbol, SiteOfDeclaration(place.Symbol), null);
        input.IsScalar = types.IsScalar(TypeOfMember(place.Symbol));
        if (owner.Op == Op.Object && owner.Data is ObjectIdentity { IsMadeHere: true })
        {
            if (made.TryGetValue(place, out var left))
            {
                return left;
            }

            return place.Symbol is IFieldSymbol or IPropertySymbol && place.Symbol.DeclaringSyntaxReferences.Length > 0
                ? Graph.Constant(DefaultOf(TypeOfMember(place.Symbol)), input.Site)
                : input;
        }

        var initial = place.Symbol is IParameterSymbol parameter && detached == 0 ? UnknownArgument(parameter) : InitialOf(place.Symbol);
        if (initial is null || initial is { Op: Op.Constant, Data: null } && !input.IsScalar || (IsOneOfMany(owner) && !IsSameForAll(initial)))
        {
            return input;
        }

        return initial.Op == Op.Constant && !IsFixed(place.Symbol) ? Setting(input, initial) : initial;
    }

    /// <summary>Whether an object is one of several of its type, so that what its constructor got is its own.</summary>
    private static bool IsOneOfMany(Node owner) => owner.Op != Op.Input || owner.Data is not INamedTypeSymbol;

    /// <summary>Whether a value does not depend on which object it is a member of: a default, or what the trainer itself assigns.</summary>
    private static bool IsSameForAll(Node value) => value.Op switch
    {
        Op.Constant or Op.Setting or Op.Optimizer or Op.Delegate => true,
        Op.Input or Op.Container or Op.Object or Op.Opaque or Op.Random => false,
        _ => true,
    };

    private static object? DefaultOf(ITypeSymbol? type) => type switch
    {
        { SpecialType: SpecialType.System_Boolean } => false,
        { IsReferenceType: true } or null => null,
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } => null,
        _ => 0.0,
    };

    private static ITypeSymbol? TypeOfMember(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => null,
    };

    /// <summary>Whether a member keeps the value that its initialiser gives it.</summary>
    private static bool IsFixed(ISymbol member) => member switch
    {
        IFieldSymbol field => field.IsReadOnly || field.IsConst,
        IPropertySymbol property => property.SetMethod is null && property.GetMethod is not null && !property.IsAbstract,
        _ => false,
    };

    /// <summary>What a member holds on an object of which nothing is known: its initialiser, its constructors, then whoever assigns it.</summary>
    private Node? InitialOf(ISymbol member)
    {
        member = member.OriginalDefinition;
        if (initialValues.TryGetValue(member, out var known))
        {
            return known;
        }

        if (member.ContainingType is { } owner && prototypes.TryGetValue(owner.OriginalDefinition, out var prototype) && prototype is null)
        {
            // Its constructor is being read: not known yet.
            return null;
        }

        // Entered before it is known: a member that is made from itself ends here.
        initialValues.Add(member, null);
        var values = new List<Node>();
        var isInitial = false;
        if (member.ContainingType is { } type && (member is IFieldSymbol or IPropertySymbol) && type.DeclaringSyntaxReferences.Length > 0)
        {
            foreach (var assigner in search.AssignersOf(member, cancellation).Take(Budget.Assigners))
            {
                if (assigner is IMethodSymbol method && !SymbolEqualityComparer.Default.Equals(ConstructedType(method), type))
                {
                    ReadWriter(method, type);
                }
            }

            var prototypeValue = PrototypeValue(type, member);
            isInitial = prototypeValue is { Op: Op.Constant, Data: not null };
            AddValue(prototypeValue);
            if (written.TryGetValue(member, out var others))
            {
                others.ForEach(AddValue);
            }
        }

        values.RemoveAll(value => value is { Op: Op.Constant, Data: null } or { Op: Op.Input } && values.Count > 1);
        if (values.Count == 1 && values[0] is { Op: Op.Constant, Data: not null } && !isInitial)
        {
            // A count or state that methods write as they go on: no default of the type.
            values.Clear();
        }

        Node? result = values.Count switch
        {
            0 => null,
            1 => values[0],
            <= Budget.PhiInputs => Graph.Number(Op.Phi, [.. values], member, values[0].Site, null),
            _ => null,
        };
        return initialValues[member] = result;

        void AddValue(Node? value)
        {
            if (value is not null && !values.Exists(other => other.Number == value.Number))
            {
                values.Add(value);
            }
        }
    }

    private static INamedTypeSymbol? ConstructedType(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor ? method.ContainingType : null;

    /// <summary>Reads a method that writes a member. One that writes to an object it is handed is read from its callers, with what they hand it.</summary>
    private void ReadWriter(IMethodSymbol method, INamedTypeSymbol written)
    {
        var callers = method.Parameters.Length > 0 && method.MethodKind == MethodKind.Ordinary && !SymbolEqualityComparer.Default.Equals(method.ContainingType, written)
            ? search.CallersOf(method, cancellation).OfType<IMethodSymbol>().Where(caller => caller.MethodKind == MethodKind.Ordinary).Take(Budget.Assigners).ToList()
            : [];
        foreach (var caller in callers)
        {
            ReadDetached(caller);
        }

        if (callers.Count == 0)
        {
            ReadDetached(method);
        }
    }

    /// <summary>Reads a method for what it leaves in members; events in it do not count.</summary>
    private void ReadDetached(IMethodSymbol method)
    {
        if (!detachedReads.Add(method) || IsExhausted || detached > 3)
        {
            return;
        }

        detached++;
        if (method.AssociatedSymbol is not IPropertySymbol)
        {
            Enter(method, new State(), out _);
        }

        detached--;
    }

    /// <summary>A member's value after the initialisers and constructors of its type, on unknown arguments.</summary>
    private Node? PrototypeValue(INamedTypeSymbol type, ISymbol member)
    {
        var state = PrototypeOf(type);
        return state?[Place.Member(SelfOf(type), member)];
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
