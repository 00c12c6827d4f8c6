using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>Calls of LINQ and of collections, and the functions that they run for each element.</summary>
internal sealed partial class Reader
{
    private static readonly HashSet<string> SameElements = new(StringComparer.Ordinal)
    {
        "ToArray", "ToList", "ToHashSet", "AsEnumerable", "AsSpan", "AsMemory", "AsReadOnly", "AsParallel", "OrderBy", "OrderByDescending",
        "ThenBy", "ThenByDescending", "Order", "OrderDescending", "Reverse", "Where", "Take", "TakeWhile", "TakeLast", "Skip", "SkipWhile",
        "SkipLast", "Distinct", "DistinctBy", "Cast", "OfType", "DefaultIfEmpty", "GetRange", "Slice", "Clone", "Shuffle", "ToImmutableArray",
        "ToImmutableList", "FindAll", "AsQueryable", "Memoize",
    };

    private static readonly HashSet<string> OneElement = new(StringComparer.Ordinal)
    {
        "First", "FirstOrDefault", "Last", "LastOrDefault", "Single", "SingleOrDefault", "ElementAt", "ElementAtOrDefault", "Dequeue", "Pop",
        "Peek", "Find", "GetValue", "get_Item", "GetValueOrDefault",
    };

    /// <summary>A call of LINQ or of a collection; null when it is neither.</summary>
    private Node? SequenceCall(IInvocationOperation call, Node? self, Node[] arguments, State state, Frame frame)
    {
        var method = call.TargetMethod;
        var isLinq = method.ContainingType?.Name is "Enumerable" or "MemoryExtensions" or "ParallelEnumerable" or "Queryable" or "ImmutableArray"
            or "ImmutableList" or "CollectionExtensions" && method.IsStatic;
        var isArray = method.ContainingType?.SpecialType == SpecialType.System_Array;
        if (!isLinq && !isArray && (self is null || method.ContainingType is null || !IsContainerType(method.ContainingType)))
        {
            return null;
        }

        var source = self ?? (arguments.Length > 0 ? arguments[0] : Graph.None);
        var rest = self is null ? arguments.Skip(1).ToArray() : arguments;
        var name = method.Name;
        if (name == "Range" && isLinq)
        {
            return Fresh(Op.Range, call, frame, null, arguments);
        }

        if (name == "Repeat" && isLinq)
        {
            var repeats = new Loop(LoopKind.Sequence, frame, -1, LoopAt(frame), SiteOf(call, frame))
            {
                Sequence = Fresh(Op.Range, call, frame, null, Graph.Constant(0.0, SiteOf(call, frame)), rest.Length > 0 ? rest[0] : Graph.None),
            };
            return MadeIn(MakeContainer(source, call, state, frame), repeats, LoopAt(frame));
        }

        if (name is "GetEnumerator" or "GetAsyncEnumerator")
        {
            return Make(Op.Enumerator, call, frame, source);
        }

        if (ContainerMutators.Contains(name))
        {
            return Mutate(name, source, rest, call, state, frame);
        }

        if (SameElements.Contains(name))
        {
            foreach (var predicate in rest.Where(IsDelegate))
            {
                var decides = Apply(predicate, source, call, state, frame);
                if (name == "TakeWhile")
                {
                    EndsRounds(source, decides);
                }
            }

            if (BoundsOf(name, rest, call, frame) is { } bounds && source.Op != Op.Range)
            {
                return SameMaker(Slice(source, bounds, call, state, frame), source);
            }

            return MakerOf(source) is null && (name is "OrderBy" or "OrderByDescending" || source.Op == Op.Range)
                ? source
                : SameMaker(MakeLike(source, ContentsOf(source, state), call, state, frame), source);
        }

        if (OneElement.Contains(name))
        {
            return ElementOf(source, call, state, frame, null, rest.Where(argument => !IsDelegate(argument)).ToArray());
        }

        return Aggregate(name, source, rest, call, state, frame);
    }

    private static bool IsDelegate(Node node) => node.Op == Op.Delegate || (node.Op is Op.Phi or Op.Group && node.Inputs.Any(input => input.Op == Op.Delegate));

    private Node Mutate(string name, Node source, Node[] rest, IInvocationOperation call, State state, Frame frame)
    {
        var container = IdentityOf(source);
        owners[container.Number] = container;
        switch (name)
        {
            case "Add" or "Push" or "Enqueue" or "Insert" or "TryAdd" or "AddLast" or "AddFirst" or "SetValue" when rest.Length > 0:
                var value = name is "Insert" or "TryAdd" || (name == "Add" && rest.Length == 2) ? rest[rest.Length - 1] : rest[0];
                foreach (var target in ContainersIn(source))
                {
                    state.Set(Place.ContentsOf(target), Added(state[Place.ContentsOf(target)], value, call, frame, replaces: false));
                    if (rest.Length == 2 && KeyOf([rest[0]]) is { } key)
                    {
                        state.Set(Place.EntryOf(target, key), value);
                    }
                }

                break;
            case "AddRange" or "InsertRange" when rest.Length > 0:
                var added = ContentsOf(rest[rest.Length - 1], state);
                state.Set(Place.ContentsOf(container), Added(state[Place.ContentsOf(container)], added, call, frame, replaces: false));
                break;
            case "Fill" when rest.Length > 0:
                state.Set(Place.ContentsOf(container), rest[0]);
                break;
            case "CopyTo" when rest.Length > 0:
                WriteElement(rest[0], ContentsOf(container, state), call, state, frame);
                break;
            case "Clear":
                state.Set(Place.ContentsOf(container), Graph.None);
                break;
            case "Pop" or "Dequeue":
                return ElementOf(container, call, state, frame, null);
        }

        return Graph.None;
    }

    /// <summary>Runs a function for each element of a container.</summary>
    private Node Apply(Node function, Node source, IOperation at, State state, Frame frame, params Node[] before) =>
        Apply(function, source, at, state, frame, out _, before);

    private Node Apply(Node function, Node source, IOperation at, State state, Frame frame, out Loop loop, params Node[] before)
    {
        loop = LoopOver(source, at, frame);
        epoch++;
        var element = ElementOf(source, at, state, frame, loop);
        element.IsScalar |= ContentsOf(source, state).Op == Op.Contents && ElementTypeIsScalar(at);
        // Some overloads hand the position too.
        var position = Graph.Opaque(SiteOf(at, frame), loop);
        position.IsScalar = true;
        position.Driver = loop;
        var result = Invoke(function, [.. before, element, position], at, state, frame, loop);
        epoch++;
        return result;
    }

    /// <summary>Whether a LINQ call runs over numbers, by the type of its source.</summary>
    private bool ElementTypeIsScalar(IOperation at)
    {
        if (at is not IInvocationOperation call)
        {
            return false;
        }

        var type = (call.Instance ?? (call.Arguments.Length > 0 ? Unconverted(call.Arguments[0].Value) : null))?.Type;
        return type switch
        {
            IArrayTypeSymbol array => types.IsScalar(array.ElementType),
            INamedTypeSymbol { TypeArguments.Length: 1 } named => types.IsScalar(named.TypeArguments[0]),
            _ => false,
        };
    }

    private static IOperation Unconverted(IOperation operation)
    {
        while (operation is IConversionOperation conversion)
        {
            operation = conversion.Operand;
        }

        return operation;
    }
}
