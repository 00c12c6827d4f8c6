using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>Pieces of sequences between bounds: <c>Skip(at).Take(size)</c>, <c>AsSpan(at, size)</c>.</summary>
internal sealed partial class Reader
{
    /// <summary>By the number of a container: the bounds between which it is a piece of another.</summary>
    private readonly Dictionary<int, Node> slices = [];

    /// <summary>The bounds between which a call takes a piece of a sequence, where they are not fixed.</summary>
    private Node? BoundsOf(string name, Node[] rest, IOperation at, Frame frame) =>
        name is "AsSpan" or "AsMemory" or "Skip" or "Take" or "GetRange" or "Slice" or "SkipLast" or "TakeLast" && Array.Exists(rest, bound => bound.Op != Op.Constant)
            ? Make(Op.Bounds, at, frame, rest)
            : null;

    /// <summary>A piece of a container: what is read from it changes with the bounds.</summary>
    private Node Slice(Node source, Node bounds, IOperation at, State state, Frame frame)
    {
        var contents = ContentsOf(source, state);
        if (contents.IsScalar || ElementTypeIsScalar(at))
        {
            // Numbers become tensors without being read one by one.
            contents = Graph.Number(Op.Element, [contents, bounds], null, SiteOf(at, frame), LoopAt(frame));
            contents.IsScalar = true;
            return MakeLike(source, contents, at, state, frame);
        }

        var piece = MakeLike(source, contents, at, state, frame);
        slices[piece.Number] = bounds;
        return piece;
    }
}
