using System.Reflection;

namespace GrpoAnalyzers.StandIns.Tests;

/// <summary>The committed lines of the API listings, and the whole listings where a folder beside the repository has them.</summary>
internal static class Listings
{
    public static readonly string[] Fixture = Read("public-api.txt");

    public static readonly string[] Required = Read("required-members.txt");

    /// <summary>The lines of the fixture that stand in 0.107.0 ('+') or 0.106.0 ('-').</summary>
    public static IEnumerable<string> Of(char version) => Fixture.Where(line => line[0] == ' ' || line[0] == version).Select(line => line[2..]);

    public static string? Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "GrpoAnalyzers.sln"))) continue;
            var listings = Path.Combine(folder.FullName, "..", "shared", "torchsharp");
            return Directory.Exists(listings) ? listings : null;
        }

        return null;
    }

    private static string[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];
    }
}
