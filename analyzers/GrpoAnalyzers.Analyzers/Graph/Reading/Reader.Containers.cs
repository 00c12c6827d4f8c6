using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>
/// Arrays, lists and dictionaries: made, read and written. A container is one node; what it holds is one value that stands for each of its
/// elements, or a group of the values that it was written with.
/// </summary>
internal sealed partial class Reader
{
    private static bool IsContainerType(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol)
        {
            return true;
        }

        if (type.SpecialType == SpecialType.System_String || type is not INamedTypeSymbol named)
        {
            return false;
        }

        return named.SpecialType == SpecialType.System_Collections_IEnumerable
            || named.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T
            || (named.ContainingNamespace?.ToDisplayString() is "System" && named.Name is "Span" or "ReadOnlySpan" or "Memory" or "ReadOnlyMemory")
            || (named.DeclaringSyntaxReferences.Length == 0
                && named.ContainingNamespace?.ToDisplayString() is { } space
                && space.StartsWith("System.Collections", StringComparison.Ordinal));
    }

    private Node MakeContainer(Node contents, IOperation at, State state, Frame frame)
    {
        var container = Fresh(Op.Container, at, frame, null);
        owners[container.Number] = container;
        state.Set(Place.ContentsOf(container), contents);
        return container;
    }

    /// <summary>A container of what was made of another's elements, one of each: a group stays one.</summary>
    private Node MakeLike(Node source, Node contents, IOperation at, State state, Frame frame)
    {
        var container = MakeContainer(contents, at, state, frame);
        container.IsGroup = IdentityOf(source).IsGroup;
        return container;
    }

    /// <summary>What stands for each element of a container.</summary>
    private Node ContentsOf(Node container, State state)
    {
        container = IdentityOf(container);
        if (choices < MaximumChoices && container.Op is Op.Phi or Op.LoopPhi or Op.Setting or Op.Group or Op.Write && container.Inputs.Length > 0
            && state[Place.ContentsOf(container)] is null)
        {
            var found = new List<Node>();
            choices++;
            foreach (var input in container.Inputs)
            {
                if (input.Op != Op.Constant && !ReferenceEquals(input, container) && found.Count < Budget.PhiInputs)
                {
                    found.Add(ContentsOf(input, state));
                }
            }

            choices--;
            if (found.Count > 0)
            {
                return Alternatives(found);
            }
        }

        if (state[Place.ContentsOf(container)] is { } known)
        {
            // In a round of a loop an element is what it was before the loop; behind the loop it is what the rounds left.
            for (var depth = 0; depth < MaximumChoices && known.Op == Op.LoopPhi; depth++)
            {
                known = known[known.Inputs.Length - 1];
            }

            return known;
        }

        owners[container.Number] = container;
        return made.TryGetValue(Place.ContentsOf(container), out var left) ? left : Graph.Number(Op.Contents, [container], null, container.Site, null);
    }

    /// <summary>One element of a container; <paramref name="driver"/> is the loop that moves from element to element.</summary>
    private Node ElementOf(Node container, IOperation at, State state, Frame frame, Loop? driver, params Node[] indices)
    {
        var contents = ContentsOf(container, state);
        // Of a piece that another loop picks, an element is one of that piece: it changes with both loops.
        var picked = container is { Op: Op.Element or Op.Stored, Driver: not null } && !ReferenceEquals(IdentityOf(container), container);
        if (slices.TryGetValue(IdentityOf(container).Number, out var bounds))
        {
            indices = [.. indices, bounds];
        }

        var element = Graph.Number(Op.Element, picked ? [contents, .. indices, container] : [contents, .. indices], null, SiteOf(at, frame), LoopAt(frame));
        element.Driver = driver;
        element.IsOfGroup = IdentityOf(container).IsGroup;
        element.IsScalar = contents.IsScalar || types.IsScalar(at.Type);
        element.WithoutGradient = contents.WithoutGradient;
        return element;
    }

    private Node ReadElement(IOperation at, Node container, Node[] indices, State state, Frame frame)
    {
        if (container.Op == Op.Tuple && indices.Length == 1 && Constants.NumberOf(indices[0]) is { } index && index >= 0 && index < container.Inputs.Length)
        {
            return container[(int)index];
        }

        if (KeyOf(indices) is { } key && state[Place.EntryOf(IdentityOf(container), key)] is { } entry)
        {
            return ReadBack(entry, container, at, frame);
        }

        if (container is { Op: Op.Count, Data: "shape", Inputs.Length: 1 } && indices.Length == 1)
        {
            return Make(Op.Count, at, frame, "shape", container[0], indices[0]);
        }

        return ElementOf(container, at, state, frame, null, indices);
    }

    private void WriteElement(Node container, Node value, IOperation at, State state, Frame frame, params Node[] indices)
    {
        var key = KeyOf(indices);
        foreach (var target in ContainersIn(container))
        {
            var before = state[Place.ContentsOf(target)];
            state.Set(Place.ContentsOf(target), Added(before, value, at, frame, replaces: key is null && LoopAt(frame) is not null));
            if (key is not null)
            {
                state.Set(Place.EntryOf(target, key), value);
            }
        }
    }

    /// <summary>The key of a dictionary's entry, where the code spells it out.</summary>
    private static string? KeyOf(Node[] indices) => indices.Length == 1 && indices[0] is { Op: Op.Constant, Data: string key } ? key : null;

    /// <summary>The containers that a value can be.</summary>
    private List<Node> ContainersIn(Node value)
    {
        var found = new List<Node>();
        Collect(value, 0);
        return found;

        void Collect(Node node, int depth)
        {
            node = IdentityOf(node);
            if (depth < MaximumChoices && node.Op is Op.Phi or Op.LoopPhi or Op.Group)
            {
                foreach (var input in node.Inputs)
                {
                    Collect(input, depth + 1);
                }
            }
            else if (node.Op != Op.Constant)
            {
                owners[node.Number] = node;
                found.Add(node);
            }
        }
    }

    /// <summary>What a container holds after a value was added, or written over an element.</summary>
    private Node Added(Node? before, Node value, IOperation at, Frame frame, bool replaces)
    {
        if (replaces && value.Op == Op.Constant && Rest(before) is { } rest && rest.Number != value.Number)
        {
            // Some elements are written, the others stay: a mask.
            return Graph.Number(Op.Group, [rest, value], null, SiteOf(at, frame), LoopAt(frame));
        }

        if (before is null || before.Op == Op.Constant || before.Number == value.Number || replaces)
        {
            return value;
        }

        if (before.Op == Op.LoopPhi)
        {
            return Added(before[0], value, at, frame, replaces);
        }

        var values = before.Op == Op.Group ? before.Inputs.ToList() : [before];
        if (values.Count >= Budget.PhiInputs * 4)
        {
            return Opaque(at, frame, before, value);
        }

        values.Add(value);
        return Graph.Number(Op.Group, [.. values], null, SiteOf(at, frame), LoopAt(frame));
    }

    /// <summary>The constant that elements hold before any is written.</summary>
    private static Node? Rest(Node? before)
    {
        while (before is { Op: Op.LoopPhi or Op.Group })
        {
            before = before[0];
        }

        return before is { Op: Op.Constant, Data: not null } ? before : null;
    }

    private Node ReadArrayCreation(IArrayCreationOperation array, State state, Frame frame)
    {
        var sizes = ReadAll(array.DimensionSizes, state, frame);
        if (array.Initializer is not { } initializer)
        {
            var initial = types.IsScalar((array.Type as IArrayTypeSymbol)?.ElementType) ? Graph.Constant(0.0, SiteOf(array, frame)) : Graph.None;
            return MakeContainer(initial, array, state, frame);
        }

        return MakeContainer(Items(ReadAll(initializer.ElementValues, state, frame), array, frame), array, state, frame);
    }

    private Node ReadCollection(ICollectionExpressionOperation collection, State state, Frame frame)
    {
        var items = new List<Node>();
        foreach (var element in collection.Elements)
        {
            items.Add(element is ISpreadOperation spread
                ? ContentsOf(Read(spread.Operand, state, frame), state)
                : Read(element, state, frame));
        }

        return MakeContainer(Items([.. items], collection, frame), collection, state, frame);
    }

    /// <summary>The values of a literal container, each kept, equal ones too: dimensions and operands are read from it.</summary>
    private Node Items(Node[] items, IOperation at, Frame frame)
    {
        if (items.Length == 1)
        {
            return items[0];
        }

        return items.Length == 0 ? Graph.None : Graph.Number(Op.Group, items, null, SiteOf(at, frame), LoopAt(frame));
    }
}
