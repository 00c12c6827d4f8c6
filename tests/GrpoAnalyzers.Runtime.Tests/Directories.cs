namespace GrpoAnalyzers.Runtime.Tests;

internal static class Directories
{
    /// <summary>The root of the repository.</summary>
    internal static string Root { get; } = Find();

    /// <summary>A folder of ../shared, beside the repository, where there is one.</summary>
    internal static string? Shared(string folder)
    {
        var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", folder));
        return Directory.Exists(path) ? path : null;
    }

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "GrpoAnalyzers.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("GrpoAnalyzers.sln is nowhere above the tests.");
        }

        return directory.FullName;
    }
}
