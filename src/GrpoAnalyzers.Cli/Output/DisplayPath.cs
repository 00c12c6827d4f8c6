namespace GrpoAnalyzers.Cli.Output;

/// <summary>Paths as the user reads them: relative to the current folder.</summary>
internal static class DisplayPath
{
    public static string Of(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path);
}
