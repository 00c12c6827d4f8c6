using GrpoAnalyzers.Cli.Fixes;
using GrpoAnalyzers.Cli.Output;
using GrpoAnalyzers.Cli.Processes;

namespace GrpoAnalyzers.Cli.Projects;

/// <summary>
/// Fixes projects with their SDK: a build with the analyzer injected says which have findings, and <c>dotnet format</c> fixes copies of their sources.
/// Nothing of the user's tree changes here.
/// </summary>
internal static class ProjectFix
{
    /// <summary>A fix can make room for another; this often at most.</summary>
    private const int MaximumRounds = 3;

    public static async Task<FixOutcome> RunAsync(
        IReadOnlyList<string> solutions, IReadOnlyList<string> projects, IReadOnlyList<string> references, FixChoice choice, CancellationToken cancellation)
    {
        var outcome = FixOutcome.Nothing;
        foreach (var group in ProjectCheck.WithDistinctNames(await ProjectCheck.AskedAsync(solutions, projects, cancellation)))
        {
            using var folder = new TemporaryFolder();
            var injection = InjectedBuild.Prepare(folder.Path, group, configuration: null);
            var (_, output) = await Dotnet.RunAsync(injection.Arguments, Path.GetDirectoryName(group[0])!, cancellation);
            foreach (var project in group)
            {
                outcome = outcome.And(await FixAsync(project, injection, output, references, choice, cancellation));
            }
        }

        return outcome;
    }

    private static async Task<FixOutcome> FixAsync(
        string project, InjectedBuild injection, string output, IReadOnlyList<string> references, FixChoice choice, CancellationToken cancellation)
    {
        var runs = injection.ResultsOf(project);
        if (runs.Count == 0)
        {
            var reason = BuildOutput.FirstErrorOf(project, output) ?? BuildOutput.FirstError(output) ?? "the build says no reason";
            return FixOutcome.Untouched($"{DisplayPath.Of(project)} could not be built up to its compilation: {reason}; its files are left untouched");
        }

        var logs = runs.Select(run => run.HasLog ? CompilerLog.Read(run.LogPath) : null).ToList();
        if (logs.Find(log => log is not { HasErrors: false }) is var broken && logs.Any(log => log is not { HasErrors: false }))
        {
            var reason = broken?.FirstError ?? BuildOutput.FirstErrorOf(project, output) ?? "see dotnet build";
            var outcome = FixOutcome.Untouched($"{DisplayPath.Of(project)} does not compile ({reason}); its files with errors are left untouched");
            foreach (var run in runs)
            {
                outcome = outcome.And(await run.Arguments.FixAsync(references, path => IsUsersOwn(path, injection.Artifacts), choice, cancellation));
            }

            return outcome;
        }

        var found = Finding.Merge(logs.SelectMany(log => log!.Findings).Where(finding => choice.Rules.Contains(finding.Id)));
        return found.Count == 0 ? FixOutcome.Nothing : await FormatAsync(project, injection.Artifacts, [.. runs.Select(run => run.Arguments)], found, references, choice, cancellation);
    }

    private static async Task<FixOutcome> FormatAsync(
        string project,
        string artifacts,
        IReadOnlyList<CompilerArguments> compilations,
        IReadOnlyList<Finding> found,
        IReadOnlyList<string> references,
        FixChoice choice,
        CancellationToken cancellation)
    {
        var sources = compilations.SelectMany(compilation => compilation.Sources).Distinct(StringComparer.Ordinal)
            .Where(path => IsUsersOwn(path, artifacts) && File.Exists(path)).Select(EncodedFile.Read).ToList();
        using var folder = new TemporaryFolder();
        var format = InjectedFormat.Prepare(folder.Path, artifacts, project, sources, choice);
        var texts = sources.ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal);
        var left = found;
        for (var round = 0; round < MaximumRounds && left.Count > 0; round++)
        {
            var (exitCode, output) = await format.RunAsync(choice.Rules, cancellation);
            if (exitCode != 0)
            {
                return FixOutcome.Untouched($"{DisplayPath.Of(project)} could not be fixed: {BuildOutput.FirstError(output) ?? output.Trim().Split('\n')[^1]}; its files are left untouched");
            }

            var now = sources.ToDictionary(file => file.Path, file => EncodedFile.Read(format.CopyOf(file.Path)).Text, StringComparer.Ordinal);
            if (now.All(file => texts[file.Key] == file.Value))
            {
                break;
            }

            texts = now;
            var (errors, findings) = await ReadAsync(compilations, texts, references, choice, cancellation);
            if (errors is not null)
            {
                return FixOutcome.Untouched($"{DisplayPath.Of(project)} would no longer compile ({errors}); its files are left untouched") with { Left = found };
            }

            left = findings;
        }

        return new FixOutcome(
            [.. sources.Where(file => texts[file.Path] != file.Text).Select(file => new FixedFile(file, texts[file.Path]))],
            Finding.Gone(found, left),
            left,
            [],
            false);
    }

    /// <summary>Whether a file is not one that the build itself generates.</summary>
    private static bool IsUsersOwn(string path, string artifacts) => !path.StartsWith(artifacts, StringComparison.Ordinal);

    /// <summary>Whether fixed files have errors that they did not have, and what is found in them.</summary>
    private static async Task<(string? Error, IReadOnlyList<Finding> Findings)> ReadAsync(
        IReadOnlyList<CompilerArguments> compilations,
        IReadOnlyDictionary<string, string> texts,
        IReadOnlyList<string> references,
        FixChoice choice,
        CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        foreach (var compilation in compilations)
        {
            FixWorkspace Open(Func<string, string> textOf) => new(
                compilation.Sources.Where(File.Exists).Select(path => (path, textOf(path))), null, compilation.MetadataWith(references), compilation.Parsing, compilation.Options, choice);
            using var before = Open(path => EncodedFile.Read(path).Text);
            using var after = Open(path => texts.GetValueOrDefault(path) ?? EncodedFile.Read(path).Text);
            var known = await before.ErrorsAsync(cancellation);
            if ((await after.ErrorsAsync(cancellation)).FirstOrDefault(error => !known.ContainsKey(error.Key)) is { Key: not null } error)
            {
                return (error.Value.ToString(), []);
            }

            findings.AddRange(await after.FindingsAsync(cancellation));
        }

        return (null, Finding.Merge(findings));
    }
}
