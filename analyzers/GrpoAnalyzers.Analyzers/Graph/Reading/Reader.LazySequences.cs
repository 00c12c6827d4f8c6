using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>
/// Sequences whose elements a loop makes one by one: iterator methods, LINQ. Who goes through such a sequence goes round with the loop that
/// makes it; an epoch over mini-batches that an iterator hands out is a loop around the update.
/// </summary>
internal sealed partial class Reader
{
    /// <summary>By the number of a container: the loop that makes its elements, and the loop around the expression that says so.</summary>
    private readonly Dictionary<int, (Loop Loop, Loop? Around)> makers = [];

    private (Loop Loop, Loop? Around)? MakerOf(Node sequence) => makers.TryGetValue(IdentityOf(sequence).Number, out var maker) ? maker : null;

    /// <summary>Notes which loop makes a container's elements, and which loop stands around the whole sequence.</summary>
    private Node MadeIn(Node container, Loop? maker, Loop? around)
    {
        if (maker is not null)
        {
            makers[container.Number] = (maker, around);
        }

        return container;
    }

    /// <summary>The same elements in a container of their own.</summary>
    private Node SameMaker(Node container, Node source)
    {
        if (MakerOf(source) is { } maker)
        {
            makers[container.Number] = maker;
        }

        return container;
    }

    /// <summary>The loop of a LINQ operator over its source.</summary>
    private Loop LoopOver(Node source, IOperation at, Frame frame)
    {
        var loop = new Loop(LoopKind.Sequence, frame, -1, LoopAt(frame), SiteOf(at, frame));
        RunOver(loop, source);
        return loop;
    }

    private void RunOver(Loop? loop, Node sequence)
    {
        loop?.SetSequence(sequence);
        if (loop is not null && MakerOf(sequence) is { } maker)
        {
            loop.TakeFrom(maker.Loop, maker.Around);
        }
    }

    /// <summary>Who takes elements only while a condition holds ends the loops that make them.</summary>
    private void EndsRounds(Node sequence, Node condition)
    {
        if (MakerOf(sequence) is not { } maker)
        {
            return;
        }

        for (var loop = maker.Loop; loop is not null && loop != maker.Around; loop = loop.Parent)
        {
            loop.Conditions.Add(condition);
        }
    }
}
