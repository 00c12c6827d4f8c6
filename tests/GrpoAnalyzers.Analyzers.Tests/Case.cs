namespace GrpoAnalyzers.Analyzers.Tests;

/// <summary>A trainer with what GRPO001 to GRPO003 must say of it.</summary>
public sealed class Case
{
    public Case(string collection, string name, IReadOnlyList<CaseFile> files)
    {
        Collection = collection;
        Name = name;
        Files = files;
        var header = files.Single(f => f.IsMain).Header;
        Number = header["case"];
        Shape = header["shape"];
        DeclaredIds = header["expect"] == "none"
            ? []
            : [.. header["expect"].Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal)];
        Expected = [.. files.SelectMany(f => f.Expected).OrderBy(e => e.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>The folder below Cases/ that holds it.</summary>
    public string Collection { get; }

    /// <summary>The file's or folder's name.</summary>
    public string Name { get; }

    /// <summary>The line of the catalogue that the case stands for, such as C1.04.</summary>
    public string Number { get; }

    public string Shape { get; }

    public IReadOnlyList<CaseFile> Files { get; }

    /// <summary>The ids that the header promises; the markup must hold the same.</summary>
    public IReadOnlyList<string> DeclaredIds { get; }

    public IReadOnlyList<ExpectedDiagnostic> Expected { get; }

    public override string ToString() => Name;
}
