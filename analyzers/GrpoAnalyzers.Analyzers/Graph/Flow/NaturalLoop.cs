namespace GrpoAnalyzers.Graph.Flow;

/// <summary>The blocks between a loop's header and the blocks that jump back to it.</summary>
internal sealed class NaturalLoop
{
    private NaturalLoop(int header) => Header = header;

    public int Header { get; }

    public HashSet<int> Blocks { get; } = [];

    /// <summary>The blocks that jump back to the header.</summary>
    public List<int> Latches { get; } = [];

    public NaturalLoop? Parent { get; private set; }

    public static IReadOnlyList<NaturalLoop> Find(
        int count, List<int>[] successors, List<int>[] predecessors, IReadOnlyList<int> order, int[] position)
    {
        var loops = new NaturalLoop?[count];
        foreach (var from in order)
        {
            foreach (var to in successors[from])
            {
                if (position[to] <= position[from])
                {
                    var loop = loops[to] ??= new NaturalLoop(to);
                    loop.Latches.Add(from);
                }
            }
        }

        var found = loops.OfType<NaturalLoop>().ToList();
        foreach (var loop in found)
        {
            loop.CollectBlocks(predecessors, position);
        }

        // Larger loops first: the last loop that holds another's header is its innermost parent.
        found.Sort((left, right) => right.Blocks.Count.CompareTo(left.Blocks.Count));
        for (var i = 0; i < found.Count; i++)
        {
            for (var j = i - 1; j >= 0; j--)
            {
                if (found[j].Blocks.Contains(found[i].Header))
                {
                    found[i].Parent = found[j];
                    break;
                }
            }
        }

        return found;
    }

    public static NaturalLoop?[] Innermost(IReadOnlyList<NaturalLoop> loops, int count)
    {
        var innermost = new NaturalLoop?[count];
        foreach (var loop in loops)
        {
            foreach (var block in loop.Blocks)
            {
                innermost[block] = loop;
            }
        }

        return innermost;
    }

    private void CollectBlocks(List<int>[] predecessors, int[] position)
    {
        Blocks.Add(Header);
        var pending = new Stack<int>(Latches);
        while (pending.Count > 0)
        {
            var block = pending.Pop();
            // In an irreducible graph a predecessor may stand before the header: it is not part of the loop.
            if (position[block] >= position[Header] && Blocks.Add(block))
            {
                foreach (var predecessor in predecessors[block])
                {
                    pending.Push(predecessor);
                }
            }
        }
    }
}
