namespace GrpoAnalyzers.Cli.Projects;

/// <summary>Finds the reason of a failure in what a build printed.</summary>
internal static class BuildOutput
{
    /// <summary>The first error that names a project; null where none does.</summary>
    public static string? FirstErrorOf(string project, string output) => FirstError(output, line => line.Contains(project, StringComparison.Ordinal));

    public static string? FirstError(string output) => FirstError(output, _ => true);

    private static string? FirstError(string output, Func<string, bool> concerns)
    {
        foreach (var line in output.Split('\n'))
        {
            var start = line.IndexOf("error ", StringComparison.Ordinal);
            if (start >= 0 && concerns(line))
            {
                var end = line.LastIndexOf(" [", StringComparison.Ordinal);
                return (end > start ? line[start..end] : line[start..]).Trim();
            }
        }

        return null;
    }
}
