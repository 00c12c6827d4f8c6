using GrpoAnalyzers.Cli.Output;

namespace GrpoAnalyzers.Cli.Fixes;

/// <summary>Puts fixed texts into the user's files, each in one step.</summary>
internal static class FixWriter
{
    /// <summary>
    /// What was written in the end: files that could not be written are named, their findings are left, and the others are written all the same.
    /// An interruption ends it between two files.
    /// </summary>
    public static FixOutcome Write(FixOutcome outcome, CancellationToken cancellation)
    {
        var written = new List<FixedFile>();
        var notes = new List<string>();
        foreach (var file in outcome.Files)
        {
            if (cancellation.IsCancellationRequested)
                break;
            if (Failure(file) is { } failure)
                notes.Add($"{DisplayPath.Of(file.File.Path)} cannot be written: {failure}");
            else
                written.Add(file);
        }

        var isWhole = written.Count == outcome.Files.Count;
        var paths = written.Select(file => file.File.Path).ToHashSet(StringComparer.Ordinal);
        return outcome with
        {
            Files = written,
            Fixed = [.. outcome.Fixed.Where(finding => isWhole || paths.Contains(finding.Path))],
            Left = Finding.Merge([.. outcome.Left, .. outcome.Fixed.Where(finding => !isWhole && !paths.Contains(finding.Path))]),
            Notes = [.. outcome.Notes, .. notes],
            Incomplete = outcome.Incomplete || notes.Count > 0,
        };
    }

    private static string? Failure(FixedFile file)
    {
        try
        {
            if (!file.File.IsCurrent())
                return "it was changed in the meantime";
            AtomicFile.Replace(file.File.Path, file.File.With(file.Text));
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }
}
