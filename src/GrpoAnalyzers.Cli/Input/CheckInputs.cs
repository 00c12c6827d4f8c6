namespace GrpoAnalyzers.Cli.Input;

/// <summary>What the paths of the command line stand for: solutions, projects, and files that belong to no project.</summary>
internal sealed record CheckInputs(IReadOnlyList<string> Solutions, IReadOnlyList<string> Projects, IReadOnlyList<string> Files)
{
    public static CheckInputs From(IReadOnlyList<string> paths)
    {
        var solutions = new SortedSet<string>(StringComparer.Ordinal);
        var projects = new SortedSet<string>(StringComparer.Ordinal);
        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in paths.Count == 0 ? ["."] : paths)
        {
            var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
            if (Directory.Exists(full))
            {
                AddFolder(path, full, projects, files);
            }
            else if (!File.Exists(full))
            {
                throw new CannotRunException(path.StartsWith('-') ? $"there is no option '{path}'; 'grpo check --help' shows them" : $"there is no file or folder '{path}'");
            }
            else
            {
                var kind = Path.GetExtension(full).ToLowerInvariant() switch
                {
                    ".sln" or ".slnx" => solutions,
                    ".csproj" => projects,
                    ".cs" => files,
                    _ => throw new CannotRunException($"'{path}' is not a solution (.sln, .slnx), a C# project (.csproj), a C# file (.cs) or a folder"),
                };
                kind.Add(full);
            }
        }

        return new CheckInputs([.. solutions], [.. projects], [.. files]);
    }

    private static void AddFolder(string asked, string folder, SortedSet<string> projects, SortedSet<string> files)
    {
        var (foundProjects, foundFiles) = SourceTree.Below(folder);
        if (foundProjects.Count == 0 && foundFiles.Count == 0)
        {
            throw new CannotRunException($"there is no C# project and no C# file in '{asked}'");
        }

        projects.UnionWith(foundProjects);
        files.UnionWith(foundFiles);
    }
}
