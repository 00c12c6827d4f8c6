using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Flow;

/// <summary>
/// What a control-flow graph says about order, loops and control: blocks in reverse postorder, natural loops, and which branches decide
/// whether a block runs. Computed once a body.
/// </summary>
internal sealed class FlowFacts
{
    private readonly List<int>[] successors;
    private readonly List<int>[] predecessors;
    private readonly ControlDependence control;

    public FlowFacts(ControlFlowGraph graph)
    {
        Graph = graph;
        var edges = FlowEdges.Of(graph);
        successors = edges.Successors;
        predecessors = edges.Predecessors;
        var order = ReversePostorder(null, out var position);
        Loops = NaturalLoop.Find(graph.Blocks.Length, successors, predecessors, order, position);
        InnermostLoop = NaturalLoop.Innermost(Loops, graph.Blocks.Length);
        // Once more, now that loops are known: what follows a loop is numbered behind the loop's body.
        Order = ReversePostorder(InnermostLoop, out position);
        Position = position;
        control = new ControlDependence(successors, predecessors, Order, Loops, exit: graph.Blocks.Length - 1);
        Disposals = new DisposedRegions(graph);
        NestedFunctions = FindNestedFunctions(graph);
    }

    public ControlFlowGraph Graph { get; }

    /// <summary>The ordinals of the reachable blocks, each after all blocks that lead to it but by going round a loop.</summary>
    public IReadOnlyList<int> Order { get; }

    public IReadOnlyList<NaturalLoop> Loops { get; }

    /// <summary>For each block the innermost loop that holds it, or null.</summary>
    public NaturalLoop?[] InnermostLoop { get; }

    public DisposedRegions Disposals { get; }

    /// <summary>The lambdas and local functions of the body.</summary>
    public IReadOnlyList<SyntaxNode> NestedFunctions { get; }

    private int[] Position { get; }

    public IReadOnlyList<int> SuccessorsOf(int block) => successors[block];

    public IReadOnlyList<int> PredecessorsOf(int block) => predecessors[block];

    public bool IsReachable(int block) => Position[block] >= 0;

    public bool IsBackEdge(int from, int to) => Position[from] >= 0 && Position[to] >= 0 && Position[to] <= Position[from];

    /// <summary>The blocks whose branch decides directly whether <paramref name="block"/> runs.</summary>
    public IReadOnlyCollection<int> DirectControls(int block) => control.Direct(block);

    /// <summary>The blocks whose branch decides, directly or not, whether <paramref name="block"/> runs.</summary>
    public IReadOnlyCollection<int> AllControls(int block) => control.Transitive(block);

    private static List<SyntaxNode> FindNestedFunctions(ControlFlowGraph graph)
    {
        var found = new List<SyntaxNode>();
        foreach (var function in graph.LocalFunctions)
        {
            found.AddRange(function.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()));
        }

        foreach (var block in graph.Blocks)
        {
            foreach (var operation in block.Operations)
            {
                AddLambdas(operation);
            }

            if (block.BranchValue is { } value)
            {
                AddLambdas(value);
            }
        }

        return found;

        void AddLambdas(IOperation root)
        {
            foreach (var operation in root.DescendantsAndSelf())
            {
                if (operation is IFlowAnonymousFunctionOperation)
                {
                    found.Add(operation.Syntax);
                }
            }
        }
    }

    private int[] ReversePostorder(NaturalLoop?[]? innermost, out int[] position)
    {
        var count = successors.Length;
        var postorder = new List<int>(count);
        var visited = new bool[count];
        var stack = new Stack<(int Block, int Next)>();
        visited[0] = true;
        stack.Push((0, 0));
        while (stack.Count > 0)
        {
            var (block, next) = stack.Pop();
            if (next == successors[block].Count)
            {
                postorder.Add(block);
                continue;
            }

            stack.Push((block, next + 1));
            var target = successors[block][next];
            if (successors[block].Count == 2 && innermost?[block] is { } loop
                && loop.Blocks.Contains(successors[block][0]) && !loop.Blocks.Contains(successors[block][1]))
            {
                // The way out of the loop is taken first, so that it ends up last.
                target = successors[block][1 - next];
            }

            if (!visited[target])
            {
                visited[target] = true;
                stack.Push((target, 0));
            }
        }

        postorder.Reverse();
        position = Enumerable.Repeat(-1, count).ToArray();
        for (var i = 0; i < postorder.Count; i++)
        {
            position[postorder[i]] = i;
        }

        return [.. postorder];
    }
}
