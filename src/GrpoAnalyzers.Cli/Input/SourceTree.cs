namespace GrpoAnalyzers.Cli.Input;

/// <summary>The projects below a folder, and the C# files below it that belong to none of them.</summary>
internal static class SourceTree
{
    public static (List<string> Projects, List<string> Files) Below(string folder)
    {
        var projects = new List<string>();
        var files = new List<string>();
        Walk(folder, inProject: false, projects, files);
        return (projects, files);
    }

    /// <summary>The C# files in a project's folder and below it, as the SDK's default glob takes them.</summary>
    public static List<string> FilesOf(string project)
    {
        var files = new List<string>();
        WalkFiles(Path.GetDirectoryName(project)!, files);
        return files;
    }


    private static void Walk(string folder, bool inProject, List<string> projects, List<string> files)
    {
        var here = Directory.GetFiles(folder, "*.csproj");
        projects.AddRange(here);
        inProject |= here.Length > 0;
        if (!inProject)
        {
            files.AddRange(Directory.GetFiles(folder, "*.cs"));
        }

        foreach (var child in Children(folder))
        {
            Walk(child, inProject, projects, files);
        }
    }

    private static void WalkFiles(string folder, List<string> files)
    {
        files.AddRange(Directory.GetFiles(folder, "*.cs"));
        foreach (var child in Children(folder))
        {
            WalkFiles(child, files);
        }
    }

    private static IEnumerable<string> Children(string folder) =>
        Directory.GetDirectories(folder).Where(child =>
            Path.GetFileName(child) is var name
            && !name.StartsWith('.')
            && !string.Equals(name, "bin", StringComparison.OrdinalIgnoreCase)
            && !string.Equals(name, "obj", StringComparison.OrdinalIgnoreCase)
            && new DirectoryInfo(child).LinkTarget is null);
}
