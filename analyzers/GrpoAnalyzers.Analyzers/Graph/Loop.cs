namespace GrpoAnalyzers.Graph;

/// <summary>What makes a body run more than once.</summary>
internal enum LoopKind
{
    Statement,
    Sequence,
    Recursion,
}

/// <summary>A loop as it is met on the way through a trainer: in one body, entered through one chain of calls.</summary>
internal sealed class Loop
{
    public Loop(LoopKind kind, Frame frame, int header, Loop? parent, Site site)
    {
        Kind = kind;
        Frame = frame;
        Header = header;
        Parent = parent;
        Site = site;
    }

    public LoopKind Kind { get; }

    public Frame Frame { get; }

    /// <summary>The ordinal of the block to which the loop returns; -1 where the loop is not one of blocks.</summary>
    public int Header { get; }

    /// <summary>The loop around this one, across calls.</summary>
    public Loop? Parent { get; }

    public Site Site { get; }

    /// <summary>The values of the conditions under which the loop goes on or ends.</summary>
    public List<Node> Conditions { get; } = [];

    /// <summary>What a <c>foreach</c> or a LINQ operator runs over, if it is one.</summary>
    public Node? Sequence { get; set; }

    public void SetSequence(Node sequence) => Sequence ??= sequence;

    public bool IsInside(Loop outer)
    {
        for (var loop = this; loop is not null; loop = loop.Parent)
        {
            if (loop == outer)
            {
                return true;
            }
        }

        return false;
    }
}
