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

    /// <summary>The loop around this one, across calls; the loop that makes what this one takes, where elements are made one by one.</summary>
    public Loop? Parent { get; private set; }

    /// <summary>The loops that take what this one makes: who leaves them ends this one too.</summary>
    public List<Loop> Consumers { get; } = [];

    public Site Site { get; }

    /// <summary>The values of the conditions under which the loop goes on or ends.</summary>
    public List<Node> Conditions { get; } = [];

    /// <summary>What a <c>foreach</c> or a LINQ operator runs over, if it is one.</summary>
    public Node? Sequence { get; set; }

    public void SetSequence(Node sequence) => Sequence ??= sequence;

    /// <summary>
    /// Takes elements that another loop makes one by one: a round of the maker is one or more of this loop's, as if this one stood in it.
    /// </summary>
    /// <param name="maker">The loop in which elements are made.</param>
    /// <param name="around">The loop around the whole sequence.</param>
    public void TakeFrom(Loop maker, Loop? around)
    {
        if (Parent != around || maker == around || maker.IsInside(this) || (around is not null && !maker.IsInside(around)))
        {
            return;
        }

        for (var loop = maker; loop is not null && loop != around; loop = loop.Parent)
        {
            loop.Consumers.Add(this);
        }

        Parent = maker;
    }

    /// <summary>
    /// The loop around a place that takes what this one makes, where the rounds are made elsewhere: who leaves it leaves both. What one iterator makes
    /// another may hand on: the last that takes it. Null where there is none.
    /// </summary>
    public Loop? TakerAround(Loop? place)
    {
        var takers = Consumers.FindAll(taker => taker.Kind == LoopKind.Statement && place?.IsInside(taker) == true);
        return takers.Find(taker => !takers.Exists(other => taker.Consumers.Contains(other)));
    }

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
