using GrpoAnalyzers.Graph.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace GrpoAnalyzers.Graph;

/// <summary>One reading of one body: the body itself, the call that led to it, and what was learnt in it.</summary>
internal sealed class Frame
{
    public Frame(int id, ISymbol symbol, FlowFacts flow, Node? self, Frame? caller, Frame? enclosing)
    {
        Id = id;
        Symbol = symbol;
        Flow = flow;
        Self = self;
        Caller = caller;
        Enclosing = enclosing;
        Depth = caller is null ? 0 : caller.Depth + 1;
    }

    public int Id { get; }

    public ISymbol Symbol { get; }

    public FlowFacts Flow { get; }

    /// <summary>The object whose member is read: the value of <c>this</c>.</summary>
    public Node? Self { get; }

    public Frame? Caller { get; }

    /// <summary>For a lambda or local function: the frame whose locals it sees.</summary>
    public Frame? Enclosing { get; }

    public int Depth { get; }

    /// <summary>The call by which the frame was entered.</summary>
    public Site? CallSite { get; set; }

    /// <summary>The block of the caller in which the call stands.</summary>
    public int CallBlock { get; set; } = -1;

    /// <summary>The loop in which the call stands, across calls.</summary>
    public Loop? CallLoop { get; set; }

    /// <summary>Whether gradients are off where the call stands.</summary>
    public bool WithoutGradient { get; set; }

    /// <summary>Whether the call stands on a path that the default options do not take.</summary>
    public bool IsDisabled { get; set; }

    /// <summary>The block that is being read.</summary>
    public int Block { get; set; }

    /// <summary>The loops of this body that were entered, by their header.</summary>
    public Dictionary<int, Loop> Loops { get; } = [];

    /// <summary>The value of the condition at the end of each block that has one.</summary>
    public Dictionary<int, Node> Conditions { get; } = [];

    /// <summary>The loop that calls of the body to itself make, once one was met.</summary>
    public Loop? Recursion { get; set; }

    /// <summary>What each flow capture stands for, where that is a variable.</summary>
    public Dictionary<CaptureId, IOperation> Captures { get; } = [];

    /// <summary>Values that <c>yield return</c> hands out.</summary>
    public List<Node> Yields { get; } = [];

    /// <summary>The loop in which all of them are handed out; the one around the call where they have none in common.</summary>
    public Loop? YieldLoop { get; set; }

    /// <summary>True once a lambda or local function was made here: its locals may outlive the call.</summary>
    public bool HasClosures { get; set; }
}
