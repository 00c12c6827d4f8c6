namespace GrpoAnalyzers.Graph.Flow;

/// <summary>Which branches decide whether a block runs (Ferrante, Ottenstein and Warren 1987), from postdominators.</summary>
internal sealed class ControlDependence
{
    private readonly List<int>?[] direct;
    private readonly HashSet<int>?[] transitive;

    public ControlDependence(
        List<int>[] successors, List<int>[] predecessors, IReadOnlyList<int> order, IReadOnlyList<NaturalLoop> loops, int exit)
    {
        direct = new List<int>?[successors.Length];
        transitive = new HashSet<int>?[successors.Length];
        var parents = Postdominators(successors, predecessors, order, loops, exit);
        foreach (var block in order)
        {
            if (successors[block].Count < 2)
            {
                continue;
            }

            foreach (var successor in successors[block])
            {
                for (var runner = successor; runner >= 0 && runner != parents[block]; runner = parents[runner])
                {
                    var controls = direct[runner] ??= [];
                    if (!controls.Contains(block))
                    {
                        controls.Add(block);
                    }

                    if (runner == exit)
                    {
                        break;
                    }
                }
            }
        }
    }

    public IReadOnlyCollection<int> Direct(int block) => direct[block] ?? (IReadOnlyCollection<int>)[];

    public IReadOnlyCollection<int> Transitive(int block)
    {
        if (transitive[block] is { } known)
        {
            return known;
        }

        var all = new HashSet<int>();
        var pending = new Stack<int>(Direct(block));
        while (pending.Count > 0)
        {
            var control = pending.Pop();
            if (all.Add(control))
            {
                foreach (var next in Direct(control))
                {
                    pending.Push(next);
                }
            }
        }

        return transitive[block] = all;
    }

    /// <summary>
    /// The immediate postdominators, by the algorithm of Cooper, Harvey and Kennedy on the reversed graph. Blocks that end in a throw, and
    /// loops that never end, get an edge to the exit.
    /// </summary>
    private static int[] Postdominators(
        List<int>[] successors, List<int>[] predecessors, IReadOnlyList<int> order, IReadOnlyList<NaturalLoop> loops, int exit)
    {
        var count = successors.Length;
        var toExit = new bool[count];
        foreach (var block in order)
        {
            toExit[block] = block != exit && successors[block].Count == 0;
        }

        foreach (var loop in loops)
        {
            if (loop.Blocks.All(block => successors[block].All(loop.Blocks.Contains)))
            {
                toExit[loop.Latches[0]] = true;
            }
        }

        var position = ReversedPostorder(predecessors, toExit, order, exit, out var reversed);
        var parents = Enumerable.Repeat(-1, count).ToArray();
        parents[exit] = exit;
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var block in reversed)
            {
                if (block == exit)
                {
                    continue;
                }

                var parent = toExit[block] ? exit : -1;
                foreach (var successor in successors[block])
                {
                    if (parents[successor] >= 0)
                    {
                        parent = parent < 0 ? successor : Intersect(parents, position, successor, parent);
                    }
                }

                if (parent >= 0 && parents[block] != parent)
                {
                    parents[block] = parent;
                    changed = true;
                }
            }
        }

        return parents;
    }

    private static int Intersect(int[] parents, int[] position, int left, int right)
    {
        while (left != right)
        {
            while (position[left] > position[right])
            {
                left = parents[left];
            }

            while (position[right] > position[left])
            {
                right = parents[right];
            }
        }

        return left;
    }

    private static int[] ReversedPostorder(
        List<int>[] predecessors, bool[] toExit, IReadOnlyList<int> order, int exit, out List<int> reversed)
    {
        var starts = order.Where(block => toExit[block]).ToList();
        var postorder = new List<int>();
        var visited = new bool[predecessors.Length];
        visited[exit] = true;
        var stack = new Stack<(int Block, int Next)>();
        stack.Push((exit, 0));
        while (stack.Count > 0)
        {
            var (block, next) = stack.Pop();
            var from = block == exit ? predecessors[block].Concat(starts).ToList() : predecessors[block];
            if (next == from.Count)
            {
                postorder.Add(block);
                continue;
            }

            stack.Push((block, next + 1));
            if (!visited[from[next]])
            {
                visited[from[next]] = true;
                stack.Push((from[next], 0));
            }
        }

        postorder.Reverse();
        reversed = postorder;
        var position = Enumerable.Repeat(int.MaxValue, predecessors.Length).ToArray();
        for (var i = 0; i < postorder.Count; i++)
        {
            position[postorder[i]] = i;
        }

        return position;
    }
}
