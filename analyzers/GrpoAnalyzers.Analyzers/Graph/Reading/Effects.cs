using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>What running a piece of code may change, found without reading values.</summary>
internal sealed class Effects
{
    /// <summary>Locals, parameters, fields and properties that are assigned or changed in place.</summary>
    public HashSet<ISymbol> Assigned { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Variables whose container's elements are changed.</summary>
    public HashSet<ISymbol> MutatedContainers { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Variables whose tensor is changed in place.</summary>
    public HashSet<ISymbol> ChangedInPlace { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>True when containers are changed that cannot be named: in a method that gets them as arguments.</summary>
    public bool MutatesAnyContainer { get; set; }

    private readonly List<(ISymbol Part, ISymbol Whole)> parts = [];

    /// <summary>Notes that a variable is a piece of another's tensor.</summary>
    public void AddPart(ISymbol part, ISymbol whole) => parts.Add((part, whole));

    /// <summary>What is changed through a piece of it counts as changed itself.</summary>
    public void ChangeWholes()
    {
        foreach (var (part, whole) in parts)
        {
            if (ChangedInPlace.Contains(part))
            {
                Assigned.Add(whole);
            }
        }
    }

    /// <summary>Takes over what a called method may change, but its locals.</summary>
    public void AddCalled(Effects called)
    {
        foreach (var symbol in called.Assigned)
        {
            if (symbol is IFieldSymbol or IPropertySymbol)
            {
                Assigned.Add(symbol);
            }
        }

        MutatesAnyContainer |= called.MutatesAnyContainer || called.MutatedContainers.Count > 0;
    }

    /// <summary>Takes over what a nested function may change, captured locals included.</summary>
    public void AddNested(Effects nested)
    {
        Assigned.UnionWith(nested.Assigned);
        MutatedContainers.UnionWith(nested.MutatedContainers);
        MutatesAnyContainer |= nested.MutatesAnyContainer;
    }
}
