using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>Sequences that become one value: sums, means, counts, folds and pairs.</summary>
internal sealed partial class Reader
{
    private Node? Aggregate(string name, Node source, Node[] rest, IInvocationOperation call, State state, Frame frame)
    {
        Node Each() => rest.Length > 0 && IsDelegate(rest[0]) ? Apply(rest[0], source, call, state, frame) : ElementAlone();
        Node ElementAlone()
        {
            // What Select made of each element is summed as the selector of Sum would have it.
            if (ContentsOf(source, state) is { Loop: { Kind: LoopKind.Sequence } } selected && selected.Op is not (Op.Contents or Op.Group or Op.Element or Op.Constant))
            {
                return selected;
            }

            var loop = LoopOver(source, call, frame);
            var element = ElementOf(source, call, state, frame, loop);
            element.IsScalar |= ElementTypeIsScalar(call);
            return element;
        }

        Loop? applied = null;
        switch (name)
        {
            case "Select" or "SelectMany" or "ConvertAll":
                var selected = rest.Length > 0 ? Apply(rest[0], source, call, state, frame, out applied) : Graph.None;
                return name == "SelectMany"
                    ? MadeIn(MakeContainer(ContentsOf(selected, state), call, state, frame), MakerOf(selected)?.Loop is { } inner && applied is not null && inner.IsInside(applied) ? inner : applied, LoopAt(frame))
                    : MadeIn(MakeLike(source, selected, call, state, frame), applied, LoopAt(frame));
            case "ForEach" when rest.Length > 0:
                Apply(IsDelegate(rest[0]) ? rest[0] : rest[rest.Length - 1], source, call, state, frame);
                return Graph.None;
            case "Sum":
                return Reduced(Op.Sum, Each(), call, frame);
            case "Average":
                return Reduced(Op.Mean, Each(), call, frame);
            case "Min" or "Max" or "MinBy" or "MaxBy":
                return Reduced(name.StartsWith("Min", StringComparison.Ordinal) ? Op.ReduceMin : Op.ReduceMax, Each(), call, frame);
            case "Count" or "LongCount" or "Any" or "All":
                if (rest.Length > 0 && IsDelegate(rest[0]))
                {
                    return name is "Count" or "LongCount"
                        ? Graph.Number(Op.Count, [Each()], "where", SiteOf(call, frame), LoopAt(frame))
                        : Reduced(Op.ReduceMax, Each(), call, frame);
                }

                return CountOf(source, call, frame);
            case "Contains" or "IndexOf" or "ContainsKey":
                return Opaque(call, frame, [source, .. rest]);
            case "TryGetValue" or "TryPeek":
                AssignOut(call, ElementOf(source, call, state, frame, null, rest.Take(rest.Length - 1).ToArray()), state, frame);
                return Opaque(call, frame, [source, .. rest]);
            case "TryDequeue" or "TryPop" or "TryTake":
                AssignOut(call, ElementOf(source, call, state, frame, LoopAt(frame)), state, frame);
                return Opaque(call, frame, [source, .. rest]);
            case "Aggregate" when rest.Length > 0:
                return ReadAggregate(source, rest, call, state, frame);
            case "Zip" when rest.Length > 0:
                return ReadZip(source, rest, call, state, frame);
            case "GroupBy" when rest.Length > 0:
                Apply(rest[0], source, call, state, frame);
                var groupContents = rest.Length > 1 && IsDelegate(rest[1]) ? Apply(rest[1], source, call, state, frame) : ContentsOf(source, state);
                var group = MakeContainer(groupContents, call, state, frame);
                group.IsGroup = true;
                return MakeContainer(group, call, state, frame);
            case "Chunk":
                var chunk = MakeContainer(ContentsOf(source, state), call, state, frame);
                chunk.IsGroup = true;
                return SameMaker(MakeContainer(chunk, call, state, frame), source);
            case "ToDictionary" or "ToLookup" when rest.Length > 0:
                return MakeContainer(rest.Length > 1 && IsDelegate(rest[1]) ? Apply(rest[1], source, call, state, frame) : ContentsOf(source, state), call, state, frame);
            case "Concat" or "Append" or "Prepend" or "Union":
                var other = rest.Length > 0 ? rest[0] : Graph.None;
                return MakeContainer(
                    Alternatives([ContentsOf(source, state), name is "Concat" or "Union" ? ContentsOf(other, state) : other]), call, state, frame);
            default:
                foreach (var function in rest.Where(IsDelegate))
                {
                    Apply(function, source, call, state, frame);
                }

                return Opaque(call, frame, [source, .. rest.Where(argument => !IsDelegate(argument))]);
        }
    }

    private void AssignOut(IInvocationOperation call, Node value, State state, Frame frame)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind == RefKind.Out)
            {
                Assign(argument.Value, value, state, frame);
            }
        }
    }

    private Node Reduced(Op op, Node each, IOperation at, Frame frame)
    {
        var node = Graph.Number(op, [each], Axes.All, SiteOf(at, frame), LoopAt(frame));
        node.IsScalar |= types.IsScalar(at.Type);
        return node;
    }

    private Node ReadAggregate(Node source, Node[] rest, IInvocationOperation call, State state, Frame frame)
    {
        var function = rest.FirstOrDefault(IsDelegate);
        if (function is null)
        {
            return Opaque(call, frame, [source, .. rest]);
        }

        var loop = LoopOver(source, call, frame);
        var seed = IsDelegate(rest[0]) ? Graph.Constant(0.0, SiteOf(call, frame)) : rest[0];
        var total = Graph.Fresh(Op.LoopPhi, seed.Site, loop, loop, seed);
        total.IsScalar = types.IsScalar(call.Type);
        var after = Invoke(function, [total, ElementOf(source, call, state, frame, loop)], call, state, frame, loop);
        total.CloseLoop([seed, after]);
        return total;
    }

    private Node ReadZip(Node source, Node[] rest, IInvocationOperation call, State state, Frame frame)
    {
        var loop = LoopOver(source, call, frame);
        var left = ElementOf(source, call, state, frame, loop);
        var right = ElementOf(rest[0], call, state, frame, loop);
        var zipped = rest.Length > 1 && IsDelegate(rest[1])
            ? Invoke(rest[1], [left, right], call, state, frame, loop)
            : Make(Op.Tuple, call, frame, left, right);
        return MadeIn(MakeContainer(zipped, call, state, frame), loop, LoopAt(frame));
    }

    private Node CountOf(Node container, IOperation at, Frame frame) =>
        Graph.Number(Op.Count, [container.Op == Op.Stored ? container : IdentityOf(container)], null, SiteOf(at, frame), LoopAt(frame));
}
