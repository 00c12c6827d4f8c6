using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Graph.Reading;

namespace GrpoAnalyzers.Trainer;

/// <summary>What was read from one entry: its losses and what happens around them.</summary>
internal sealed class TrainerReading
{
    public TrainerReading(Reader reader, Node? returned, Site site)
    {
        Events = reader.Events;
        IsComplete = !reader.IsExhausted;
        NodeCount = reader.Graph.NodeCount;
        var roots = new List<LossRoot>();
        foreach (var happening in Events)
        {
            if (happening is { Kind: EventKind.Backward, Subject: { } loss, IsDisabled: false })
            {
                roots.Add(new LossRoot(loss, happening, happening.Site));
            }
        }

        Roots = roots;
        Returned = returned is null ? null : new LossRoot(returned, null, site);
    }

    public IReadOnlyList<Event> Events { get; }

    public IReadOnlyList<LossRoot> Roots { get; }

    /// <summary>What the entry returns, as a loss without a backward call.</summary>
    public LossRoot? Returned { get; }

    /// <summary>False when the reading was given up over its budget.</summary>
    public bool IsComplete { get; }

    /// <summary>How many nodes were made: the work that was done.</summary>
    public int NodeCount { get; }

    /// <summary>The updates that use a loss's gradient: those up to the next backward call, or all where they come before it in a loop.</summary>
    public IReadOnlyList<Event> StepsAfter(LossRoot root)
    {
        if (root.Backward is not { } backward)
        {
            return [.. Events.Where(happening => happening is { Kind: EventKind.Step, IsDisabled: false })];
        }

        var steps = new List<Event>();
        foreach (var happening in Events)
        {
            if (happening.Order <= backward.Order || happening.IsDisabled)
            {
                continue;
            }

            if (happening.Kind == EventKind.Step)
            {
                steps.Add(happening);
            }
            else if (happening.Kind == EventKind.ZeroGrad && steps.Count > 0)
            {
                break;
            }
        }

        return steps.Count > 0 ? steps : [.. Events.Where(happening => happening is { Kind: EventKind.Step, IsDisabled: false })];
    }
}
