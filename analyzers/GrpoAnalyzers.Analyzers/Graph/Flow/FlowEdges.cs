using Microsoft.CodeAnalysis.FlowAnalysis;

namespace GrpoAnalyzers.Graph.Flow;

/// <summary>
/// The edges between blocks. A branch out of a <c>try</c> goes straight to its destination, so that an early exit through the finally of a
/// <c>using</c> is not confused with the normal one; handlers are entered from the block before their <c>try</c>.
/// </summary>
internal sealed class FlowEdges
{
    private FlowEdges(int count)
    {
        Successors = new List<int>[count];
        Predecessors = new List<int>[count];
        for (var i = 0; i < count; i++)
        {
            Successors[i] = [];
            Predecessors[i] = [];
        }
    }

    public List<int>[] Successors { get; }

    public List<int>[] Predecessors { get; }

    public static FlowEdges Of(ControlFlowGraph graph)
    {
        var edges = new FlowEdges(graph.Blocks.Length);
        foreach (var block in graph.Blocks)
        {
            edges.Add(block.Ordinal, block.ConditionalSuccessor?.Destination);
            edges.Add(block.Ordinal, block.FallThroughSuccessor?.Destination);
        }

        edges.AddHandlers(graph.Root);
        return edges;
    }

    private void Add(int from, BasicBlock? to)
    {
        if (to is not null)
        {
            Add(from, to.Ordinal);
        }
    }

    private void Add(int from, int to)
    {
        if (!Successors[from].Contains(to))
        {
            Successors[from].Add(to);
            Predecessors[to].Add(from);
        }
    }

    private void AddHandlers(ControlFlowRegion region)
    {
        var pending = new Stack<ControlFlowRegion>();
        pending.Push(region);
        while (pending.Count > 0)
        {
            var current = pending.Pop();
            foreach (var nested in current.NestedRegions)
            {
                pending.Push(nested);
            }

            if (current.Kind is ControlFlowRegionKind.TryAndCatch or ControlFlowRegionKind.TryAndFinally)
            {
                foreach (var handler in current.NestedRegions)
                {
                    if (handler.Kind != ControlFlowRegionKind.Try)
                    {
                        Add(current.FirstBlockOrdinal, handler.FirstBlockOrdinal);
                    }
                }
            }
        }
    }
}
