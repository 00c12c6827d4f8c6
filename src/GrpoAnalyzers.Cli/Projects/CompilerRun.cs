namespace GrpoAnalyzers.Cli.Projects;

/// <summary>One compilation of a project: where the compiler was told to write its log, and what it was given.</summary>
internal sealed record CompilerRun(string LogPath, CompilerArguments Arguments)
{
    public bool HasLog => File.Exists(LogPath);
}
