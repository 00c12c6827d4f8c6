namespace GrpoAnalyzers.Analyzers.Tests;

/// <summary>
/// Finds the cases below Cases/. A file with a `// case:` line is a case; a folder that also holds files without one is a case of several files.
/// </summary>
public static class CaseCorpus
{
    private static readonly Lazy<IReadOnlyList<Case>> Cases = new(Discover);

    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "Cases");

    public static IReadOnlyList<Case> All => Cases.Value;

    /// <summary>Cases that the engine does not answer rightly yet; one name a line.</summary>
    public static IReadOnlySet<string> Pending { get; } =
        File.ReadLines(Path.Combine(Root, "pending.txt"))
            .Select(l => l.Trim())
            .Where(l => l.Length > 0 && l[0] != '#')
            .ToHashSet(StringComparer.Ordinal);

    public static Case Get(string name) => All.Single(c => c.Name == name);

    private static List<Case> Discover()
    {
        var cases = new List<Case>();
        foreach (var folder in Directory.EnumerateDirectories(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var files = Directory.EnumerateFiles(folder, "*.cs").Order(StringComparer.Ordinal).Select(CaseFile.Read).ToList();
            if (files.Any(f => !f.IsMain))
                cases.Add(new Case(Path.GetFileName(folder), files));
            else
                cases.AddRange(files.Select(f => new Case(Path.GetFileNameWithoutExtension(f.Name), [f])));
        }

        return cases;
    }
}
