namespace GrpoAnalyzers.Graph;

/// <summary>Things that happen in a trainer, beside computing values.</summary>
internal enum EventKind
{
    Backward,
    Step,
    ZeroGrad,
    Throw,
    SetLearningRate,
    LoadWeights,
    RecursiveCall,
    Return,
}

/// <summary>Something that happens, where and when.</summary>
internal sealed class Event
{
    public Event(EventKind kind, Node? subject, Frame frame, int block, Loop? loop, Site site, int order, bool isDisabled)
    {
        Kind = kind;
        Subject = subject;
        Frame = frame;
        Block = block;
        Loop = loop;
        Site = site;
        Order = order;
        IsDisabled = isDisabled;
    }

    public EventKind Kind { get; }

    /// <summary>The loss of a backward call, the optimiser of a step, the new rate, the value returned.</summary>
    public Node? Subject { get; }

    public Frame Frame { get; }

    public int Block { get; }

    public Loop? Loop { get; }

    public Site Site { get; }

    /// <summary>Position in the order of reading.</summary>
    public int Order { get; }

    /// <summary>True when the options' defaults do not lead here.</summary>
    public bool IsDisabled { get; }
}
