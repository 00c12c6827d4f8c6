using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>What members hold before the reading has written to them: what initialisers, constructors and the members that assign them leave.</summary>
internal sealed partial class Reader
{
    private readonly Dictionary<ISymbol, Node?> initialValues = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<Place, Node> made = [];
    private readonly HashSet<ISymbol> detachedReads = new(SymbolEqualityComparer.Default);

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

    private static ITypeSymbol? TypeOfMember(ISymbol? member) => member switch
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
}
