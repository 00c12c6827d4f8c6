using GrpoAnalyzers.Cli.Output;
using GrpoAnalyzers.Cli.Processes;

namespace GrpoAnalyzers.Cli.Projects;

/// <summary>
/// Checks solutions and projects through the compiler that builds them: a build into a temporary folder, with the analyzer injected into the
/// projects asked for. Nothing of the user's tree changes, not even bin and obj.
/// </summary>
internal static class ProjectCheck
{
    public static async Task<CheckOutcome> RunAsync(
        IReadOnlyList<string> solutions, IReadOnlyList<string> projects, IReadOnlyList<string> references, string? configuration, CancellationToken cancellation)
    {
        var outcome = CheckOutcome.Nothing;
        foreach (var group in WithDistinctNames(await AskedAsync(solutions, projects, cancellation)))
        {
            outcome = outcome.And(await BuildAsync(group, references, configuration, cancellation));
        }

        return outcome;
    }

    /// <summary>The projects that are named, and those of the solutions that are named.</summary>
    public static async Task<IReadOnlyCollection<string>> AskedAsync(IReadOnlyList<string> solutions, IReadOnlyList<string> projects, CancellationToken cancellation)
    {
        var asked = new SortedSet<string>(projects, StringComparer.Ordinal);
        foreach (var solution in solutions)
        {
            asked.UnionWith(await Solution.ProjectsAsync(solution, cancellation));
        }

        return asked;
    }

    /// <summary>Projects of one name would write to one folder: they are built in builds of their own.</summary>
    public static IEnumerable<IReadOnlyList<string>> WithDistinctNames(IEnumerable<string> projects)
    {
        var groups = new List<List<string>>();
        foreach (var project in projects)
        {
            var name = Path.GetFileNameWithoutExtension(project);
            var group = groups.Find(candidate => candidate.TrueForAll(other => !Path.GetFileNameWithoutExtension(other).Equals(name, StringComparison.OrdinalIgnoreCase)));
            if (group is null)
            {
                groups.Add(group = []);
            }

            group.Add(project);
        }

        return groups;
    }

    private static async Task<CheckOutcome> BuildAsync(IReadOnlyList<string> projects, IReadOnlyList<string> references, string? configuration, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        var injection = InjectedBuild.Prepare(folder.Path, projects, configuration);
        var (_, output) = await Dotnet.RunAsync(injection.Arguments, Path.GetDirectoryName(projects[0])!, cancellation);
        var outcome = CheckOutcome.Nothing;
        foreach (var project in projects)
        {
            outcome = outcome.And(await OutcomeOfAsync(project, injection.ResultsOf(project), output, references, configuration, cancellation));
        }

        return outcome;
    }

    private static async Task<CheckOutcome> OutcomeOfAsync(
        string project, IReadOnlyList<CompilerRun> runs, string output, IReadOnlyList<string> references, string? configuration, CancellationToken cancellation)
    {
        if (runs.Count == 0)
        {
            var reason = BuildOutput.FirstErrorOf(project, output) ?? BuildOutput.FirstError(output) ?? "the build says no reason";
            return new CheckOutcome([], 0, [$"{DisplayPath.Of(project)} could not be built up to its compilation: {reason}"], Incomplete: true);
        }

        var outcome = CheckOutcome.Nothing;
        foreach (var run in runs)
        {
            var log = run.HasLog ? CompilerLog.Read(run.LogPath) : null;
            if (log is { HasErrors: false })
            {
                outcome = outcome.And(new CheckOutcome(log.Findings, run.Arguments.Sources.Count, [], false));
                continue;
            }

            // The compiler stops before analyzers where a declaration is wrong; the same arguments are checked without it.
            var note = $"{DisplayPath.Of(project)} does not compile ({log?.FirstError ?? BuildOutput.FirstErrorOf(project, output) ?? "see dotnet build"}); it is checked as far as it can be read";
            var read = await run.Arguments.CheckAsync(references, configuration, cancellation);
            outcome = outcome.And(read with { Notes = [note, .. read.Notes] });
        }

        return outcome;
    }
}
