using GrpoAnalyzers.Graph.Source;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>
/// Reads a trainer: walks control-flow graphs from an entry, follows calls into their bodies with the values of their arguments, and leaves
/// a graph of values and a list of events. An abstract interpreter without a fixpoint: loops are read once, with loop-phis for what changes
/// in them.
/// </summary>
internal sealed partial class Reader
{
    private readonly BodySource bodies;
    private readonly SymbolSearch search;
    private readonly KnownTypes types;
    private readonly CancellationToken cancellation;
    private readonly List<Event> events = [];
    private int frameCount;
    private int blockCount;
    private int epoch;
    private int expressionDepth;
    private int detached;

    public Reader(BodySource bodies, SymbolSearch search, KnownTypes types, CancellationToken cancellation)
    {
        this.bodies = bodies;
        this.search = search;
        this.types = types;
        this.cancellation = cancellation;
        Graph = new TensorGraph(Budget.Nodes);
    }

    public TensorGraph Graph { get; }

    public IReadOnlyList<Event> Events => events;

    /// <summary>How many blocks were read.</summary>
    public int BlockCount => blockCount;

    public bool IsExhausted => Graph.IsExhausted || blockCount > Budget.Blocks;

    /// <summary>Reads a method as if it were called from nowhere, with unknown arguments on an unknown object.</summary>
    /// <returns>What it returns; null when it has no body or returns nothing.</returns>
    public Node? ReadEntry(IMethodSymbol method)
    {
        var state = new State();
        return Enter(method, state, out _);
    }

    private Node? Enter(IMethodSymbol method, State state, out Frame? frame)
    {
        frame = null;
        if (bodies.BodyOf(method, cancellation) is not { } flow || flow.Graph.Blocks.Length > Budget.BlocksOfBody)
        {
            return null;
        }

        var self = method.IsStatic ? null : SelfOf(method.ContainingType);
        frame = new Frame(++frameCount, method, flow, self, caller: null, enclosing: null);
        if (CallsItself(method))
        {
            frame.Recursion = new Loop(LoopKind.Recursion, frame, -1, null, Site.None);
            frame.CallLoop = frame.Recursion;
        }

        foreach (var parameter in method.Parameters)
        {
            state.Set(Place.Local(frame, parameter), UnknownArgument(parameter));
        }

        return Run(frame, state);
    }

    /// <summary>The object on which a type's members are read when nothing is known of it.</summary>
    private Node SelfOf(INamedTypeSymbol type) => Graph.Number(Op.Input, [], type.OriginalDefinition, Site.None, null);

    private Node UnknownArgument(IParameterSymbol parameter)
    {
        var input = Graph.Number(Op.Input, [], parameter.OriginalDefinition, SiteOfDeclaration(parameter), null);
        input.IsScalar = types.IsScalar(parameter.Type);
        if (parameter.HasExplicitDefaultValue && (input.IsScalar || parameter.ExplicitDefaultValue is null or string))
        {
            return Setting(input, Graph.Constant(parameter.ExplicitDefaultValue, input.Site));
        }

        return input;
    }

    /// <summary>A value that can be set, with the default that holds unless it is.</summary>
    private Node Setting(Node input, Node initial)
    {
        var setting = Graph.Number(Op.Setting, [initial, input], null, input.Site, null);
        setting.IsScalar = input.IsScalar || initial.IsScalar;
        return setting;
    }

    private Site SiteOfDeclaration(ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences.Length > 0 ? new Site(symbol.DeclaringSyntaxReferences[0].GetSyntax(cancellation), null) : Site.None;

    private Site SiteOf(IOperation operation, Frame frame) => new(operation.Syntax, frame.CallSite);

    /// <summary>The innermost loop around the block that a frame is reading.</summary>
    private static Loop? LoopAt(Frame frame)
    {
        for (var natural = frame.Flow.InnermostLoop[frame.Block]; natural is not null; natural = natural.Parent)
        {
            if (frame.Loops.TryGetValue(natural.Header, out var loop))
            {
                return loop;
            }
        }

        return frame.CallLoop;
    }

    private void Record(EventKind kind, Node? subject, Frame frame, State state, Site site)
    {
        if (detached == 0)
        {
            events.Add(new Event(kind, subject, frame, frame.Block, LoopAt(frame), site, events.Count, state.IsDisabled || frame.IsDisabled));
        }
    }

    private Node Make(Op op, IOperation at, Frame frame, object? data, params Node[] inputs)
    {
        var node = Graph.Make(op, SiteOf(at, frame), LoopAt(frame), data, inputs);
        node.WithoutGradient |= frame.WithoutGradient;
        return node;
    }

    private Node Make(Op op, IOperation at, Frame frame, params Node[] inputs) => Make(op, at, frame, null, inputs);

    private Node Fresh(Op op, IOperation at, Frame frame, object? data, params Node[] inputs)
    {
        var node = Graph.Fresh(op, SiteOf(at, frame), LoopAt(frame), data, inputs);
        node.WithoutGradient = frame.WithoutGradient;
        node.IsScalar = op == Op.Opaque && types.IsScalar(at.Type);
        return node;
    }

    private Node Opaque(IOperation at, Frame frame, params Node[] inputs) => Fresh(Op.Opaque, at, frame, null, inputs);
}
