using System.Text.RegularExpressions;

namespace GrpoAnalyzers.Repository.Tests;

public sealed class RepositoryTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> RuleIds => [.. new GrpoAnalyzer().SupportedDiagnostics.Select(rule => rule.Id).Distinct()];

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void Every_rule_has_a_page_a_row_in_the_readme_and_a_release(string id)
    {
        Assert.StartsWith($"# {id}", Read($"docs/rules/{id}.md"));
        Assert.Contains($"| [{id}](docs/rules/{id}.md) |", Read("README.md"));
        var releases = Read("analyzers/GrpoAnalyzers.Analyzers/AnalyzerReleases.Shipped.md") + "\n" + Read("analyzers/GrpoAnalyzers.Analyzers/AnalyzerReleases.Unshipped.md");
        Assert.Matches($"(?m)^{id} \\|", releases);
    }

    [Fact]
    public void The_solution_holds_every_project_but_the_stand_ins()
    {
        var projects = new[] { "analyzers", "codefixes", "runtime", "src", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories))
            .Select(Relative)
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "Cases" or "Fixtures"));
        var listed = Regex.Matches(Read("GrpoAnalyzers.sln"), "\"([^\"]+\\.csproj)\"").Select(match => match.Groups[1].Value.Replace('\\', '/'));

        Assert.Equal(projects.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Versions_of_packages_are_exact()
    {
        var versions = Regex.Matches(Read("Directory.Packages.props"), "Version=\"([^\"]+)\"|<\\w+Version>([^<]+)</")
            .Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value)
            .Where(version => !version.StartsWith("$(", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.Matches(@"^\d+\.\d+\.\d+(-[\w.]+)?$", version));
    }

    [Theory]
    [InlineData("eng/setup")]
    [InlineData("eng/grpo")]
    [InlineData("eng/test")]
    [InlineData(".ci/run")]
    public void Scripts_can_be_run(string script)
    {
        // Windows has no such permission.
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(Root, script)).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public void No_file_names_the_folder_that_it_was_written_in()
    {
        string[] folders = ["analyzers", "codefixes", "docs", "runtime", "src", "tests"];
        var files = folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories))
            .Where(path => !Relative(path).Split('/').Any(part => part is "bin" or "obj"))
            .ToList();

        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, path => File.ReadAllText(path).Contains(Root, StringComparison.Ordinal));
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GrpoAnalyzers.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run from inside the repository.");
    }
}
