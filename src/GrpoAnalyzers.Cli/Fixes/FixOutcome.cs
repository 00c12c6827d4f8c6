using GrpoAnalyzers.Cli.Output;

namespace GrpoAnalyzers.Cli.Fixes;

/// <summary>A file and the text that fixes make of it.</summary>
internal sealed record FixedFile(EncodedFile File, string Text);

/// <summary>What fixes change, the findings that are gone by it and those that are left, and what the user has to know about files left untouched.</summary>
internal sealed record FixOutcome(
    IReadOnlyList<FixedFile> Files, IReadOnlyList<Finding> Fixed, IReadOnlyList<Finding> Left, IReadOnlyList<string> Notes, bool Incomplete)
{
    public static FixOutcome Nothing { get; } = new([], [], [], [], false);

    public static FixOutcome Untouched(string note) => new([], [], [], [note], true);

    public FixOutcome And(FixOutcome other) =>
        new([.. Files, .. other.Files], [.. Fixed, .. other.Fixed], [.. Left, .. other.Left], [.. Notes, .. other.Notes], Incomplete || other.Incomplete);

    /// <summary>One text a file: what several programs make of a file has to be the same, or the file stays as it is.</summary>
    public FixOutcome Merged()
    {
        var files = new List<FixedFile>();
        var conflicts = new List<string>();
        foreach (var same in Files.GroupBy(file => file.File.Path, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            if (same.DistinctBy(file => file.Text, StringComparer.Ordinal).Count() == 1)
                files.Add(same.First());
            else
                conflicts.Add(same.Key);
        }

        bool InConflict(Finding finding) => conflicts.Contains(finding.Path, StringComparer.Ordinal);
        return new FixOutcome(
            files,
            Finding.Merge(Fixed.Where(finding => !InConflict(finding))),
            Finding.Merge([.. Left, .. Fixed.Where(InConflict)]),
            [.. Notes, .. conflicts.Select(path => $"{DisplayPath.Of(path)} would be fixed in different ways in the programs it belongs to; it is left untouched")],
            Incomplete || conflicts.Count > 0);
    }
}
