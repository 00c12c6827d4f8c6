using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Flow;

/// <summary>For each block: what the <c>using</c> statements around it dispose at their end.</summary>
internal sealed class DisposedRegions
{
    private readonly Dictionary<ControlFlowRegion, List<IOperation>> disposed = [];

    public DisposedRegions(ControlFlowGraph graph)
    {
        Graph = graph;
        var pending = new Stack<ControlFlowRegion>();
        pending.Push(graph.Root);
        while (pending.Count > 0)
        {
            var region = pending.Pop();
            foreach (var nested in region.NestedRegions)
            {
                pending.Push(nested);
            }

            if (region.Kind == ControlFlowRegionKind.Finally && region.EnclosingRegion is { } enclosing)
            {
                disposed[enclosing] = DisposedIn(region);
            }
        }
    }

    private ControlFlowGraph Graph { get; }

    /// <summary>The operands whose Dispose ends the regions around a block, innermost first.</summary>
    public IEnumerable<IOperation> Around(int block)
    {
        // The enclosing region of a nested function's root lies in another graph: stop at the root.
        for (var region = Graph.Blocks[block].EnclosingRegion;
             region is not null && region.Kind != ControlFlowRegionKind.Root;
             region = region.EnclosingRegion)
        {
            if (region.Kind == ControlFlowRegionKind.Try && region.EnclosingRegion is { } outer && disposed.TryGetValue(outer, out var operands))
            {
                foreach (var operand in operands)
                {
                    yield return operand;
                }
            }
        }
    }

    private List<IOperation> DisposedIn(ControlFlowRegion region)
    {
        var operands = new List<IOperation>();
        for (var ordinal = region.FirstBlockOrdinal; ordinal <= region.LastBlockOrdinal; ordinal++)
        {
            foreach (var operation in Graph.Blocks[ordinal].Operations)
            {
                var call = operation is IExpressionStatementOperation statement ? statement.Operation : operation;
                if (call is IInvocationOperation { TargetMethod.Name: "Dispose", Instance: { } instance })
                {
                    while (instance is IConversionOperation conversion)
                    {
                        instance = conversion.Operand;
                    }

                    operands.Add(instance);
                }
            }
        }

        return operands;
    }
}
