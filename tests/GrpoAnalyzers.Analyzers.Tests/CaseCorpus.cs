namespace GrpoAnalyzers.Analyzers.Tests;

/// <summary>
/// Finds the cases below Cases/. A file with a `// case:` line is a case; a folder that also holds files without one is a case of several files.
/// </summary>
public static class CaseCorpus
{
    private static readonly Lazy<IReadOnlyList<Case>> Cases = new(() => Discover(heldOut: false));

    private static readonly Lazy<IReadOnlyList<Case>> SetAside = new(() => Discover(heldOut: true));

    /// <summary>Only cases whose name begins so are looked at while this variable is set; for work on a few of them.</summary>
    private static readonly string Prefix = Environment.GetEnvironmentVariable("GRPO_CASES") ?? "";

    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "Cases");

    public static IReadOnlyList<Case> All => Cases.Value;

    /// <summary>Cases below Cases/HeldOut: measured by a test of their own, and no part of <see cref="All"/>.</summary>
    public static IReadOnlyList<Case> HeldOut => SetAside.Value;

    /// <summary>The cases whose diagnostics are compared with their markup: all that are not set aside.</summary>
    public static IReadOnlyList<Case> Judged => All;

    /// <summary>Cases that the engine does not answer rightly yet; one name a line.</summary>
    public static IReadOnlySet<string> Pending { get; } =
        File.ReadLines(Path.Combine(Root, "pending.txt"))
            .Select(l => l.Trim())
            .Where(l => l.Length > 0 && l[0] != '#')
            .ToHashSet(StringComparer.Ordinal);

    public static Case Get(string name) => All.Single(c => c.Name == name);

    private static List<Case> Discover(bool heldOut)
    {
        var aside = Path.Combine(Root, "HeldOut");
        var cases = new List<Case>();
        foreach (var folder in Directory.EnumerateDirectories(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (folder.StartsWith(aside, StringComparison.Ordinal) != heldOut)
                continue;
            var collection = Path.GetRelativePath(Root, folder).Split(Path.DirectorySeparatorChar)[0];
            var files = Directory.EnumerateFiles(folder, "*.cs").Order(StringComparer.Ordinal).Select(CaseFile.Read).ToList();
            if (files.Any(f => !f.IsMain))
                cases.Add(new Case(collection, Path.GetFileName(folder), files));
            else
                cases.AddRange(files.Select(f => new Case(collection, Path.GetFileNameWithoutExtension(f.Name), [f])));
        }

        cases.RemoveAll(c => !heldOut && !c.Name.StartsWith(Prefix, StringComparison.Ordinal));
        return cases;
    }
}
