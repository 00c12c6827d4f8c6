using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>An object that the reading knows: its type, and whether its constructor was read.</summary>
internal sealed class ObjectIdentity(INamedTypeSymbol type, bool isMadeHere)
{
    public INamedTypeSymbol Type { get; } = type;

    public bool IsMadeHere { get; } = isMadeHere;
}
