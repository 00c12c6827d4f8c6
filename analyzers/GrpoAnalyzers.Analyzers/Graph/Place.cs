using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace GrpoAnalyzers.Graph;

/// <summary>
/// Something that holds a value: a local or parameter of a frame, a field or auto-property of an object, or (without symbol) the elements of
/// a container, or the entry of a dictionary.
/// </summary>
internal readonly struct Place : IEquatable<Place>
{
    private Place(int owner, ISymbol? symbol, CaptureId? capture, string? key = null)
    {
        Owner = owner;
        Symbol = symbol;
        Capture = capture;
        Key = key;
    }

    /// <summary>The frame's id for locals (negative), the number of the object's value for members (positive).</summary>
    public int Owner { get; }

    public ISymbol? Symbol { get; }

    public bool IsLocal => Owner < 0;

    public bool IsContents => Owner > 0 && Symbol is null;

    private CaptureId? Capture { get; }

    private string? Key { get; }

    public static Place Local(Frame frame, ISymbol symbol) => new(-frame.Id, symbol, null);

    public static Place Captured(Frame frame, CaptureId capture) => new(-frame.Id, null, capture);

    public static Place Member(Node owner, ISymbol symbol) => new(owner.Number, symbol.OriginalDefinition, null);

    public static Place ContentsOf(Node container) => new(container.Number, null, null);

    /// <summary>The entry of a dictionary whose key the code spells out.</summary>
    public static Place EntryOf(Node dictionary, string key) => new(dictionary.Number, null, null, key);

    public bool Equals(Place other) =>
        Owner == other.Owner && Key == other.Key && Nullable.Equals(Capture, other.Capture) && SymbolEqualityComparer.Default.Equals(Symbol, other.Symbol);

    public override bool Equals(object? obj) => obj is Place other && Equals(other);

    public override int GetHashCode() =>
        (((Owner * 397) ^ Capture.GetHashCode()) * 397) ^ (Symbol is null ? Key?.GetHashCode() ?? 0 : SymbolEqualityComparer.Default.GetHashCode(Symbol));
}
