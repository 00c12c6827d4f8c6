using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A <see cref="SolutionState"/> after its markup was read and what it inherits was added.</summary>
internal sealed class ProjectState
{
    public required IReadOnlyList<(string Path, SourceText Text)> Sources { get; init; }

    public required IReadOnlyList<(string Path, SourceText Text)> AdditionalFiles { get; init; }

    public required IReadOnlyList<(string Path, SourceText Text)> AnalyzerConfigFiles { get; init; }

    public required IReadOnlyList<MetadataReference> AdditionalReferences { get; init; }

    public required IReadOnlyList<DiagnosticResult> Expected { get; init; }

    public OutputKind? OutputKind { get; init; }

    public ReferenceAssemblies? ReferenceAssemblies { get; init; }

    /// <summary>Reads the markup of a state. <paramref name="descriptor"/> gives the rule of a span: by its id, or without one that of <c>[|…|]</c>.</summary>
    public static ProjectState From(SolutionState state, MarkupMode mode, Func<string, DiagnosticDescriptor?> descriptor, Func<string, bool> isFixable)
    {
        var keys = new Dictionary<string, FileLinePositionSpan>(StringComparer.Ordinal);
        var sources = new List<(string, SourceText)>();
        var expected = new List<DiagnosticResult>();

        foreach (var (path, content) in state.Sources)
        {
            if (mode == MarkupMode.None)
            {
                sources.Add((path, content));
                continue;
            }

            var markup = TestMarkup.Parse(content);
            sources.Add((path, markup.Text));
            foreach (var (name, span) in markup.Spans)
            {
                var location = new FileLinePositionSpan(path, markup.Text.Lines.GetLinePositionSpan(span));
                if (name.StartsWith('#'))
                {
                    if (!keys.TryAdd(name, location))
                    {
                        throw new InvalidOperationException($"The markup key '{name}' is used more than once.");
                    }
                }
                else if (Wanted(name))
                {
                    expected.Add(Result(name).WithSpan(location));
                }
            }

            foreach (var position in markup.Positions.Where(_ => Wanted("")))
            {
                expected.Add(Result("").WithLocation(path, markup.Text.Lines.GetLinePosition(position)));
            }
        }

        var defaultPath = sources.Count > 0 ? sources[0].Item1 : "";
        expected.AddRange(state.ExpectedDiagnostics.Select(result => result.WithMarkupLocations(keys).WithDefaultPath(defaultPath)));
        return new ProjectState
        {
            Sources = sources,
            AdditionalFiles = [.. state.AdditionalFiles],
            AnalyzerConfigFiles = [.. state.AnalyzerConfigFiles],
            AdditionalReferences = [.. state.AdditionalReferences],
            Expected = expected,
            OutputKind = state.OutputKind,
            ReferenceAssemblies = state.ReferenceAssemblies,
        };

        bool Wanted(string name) => mode switch
        {
            MarkupMode.Allow => true,
            MarkupMode.IgnoreFixable => !isFixable(name is "" && descriptor("") is { } rule ? rule.Id : name),
            _ => false,
        };

        DiagnosticResult Result(string name)
        {
            var result = descriptor(name) is { } rule
                ? new DiagnosticResult(rule)
                : name is "" ? throw new InvalidOperationException("Markup without an id needs an analyzer with exactly one rule.") : DiagnosticResult.CompilerError(name);
            return result.WithMessage(null).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations);
        }
    }

    public bool SameContentAs(ProjectState other) =>
        Same(Sources, other.Sources) && Same(AdditionalFiles, other.AdditionalFiles) && Same(AnalyzerConfigFiles, other.AnalyzerConfigFiles);

    /// <summary>This state with what it did not say itself taken from the state before it.</summary>
    public ProjectState Inheriting(ProjectState before, StateInheritanceMode mode, Func<string, bool> isFixable)
    {
        if (mode == StateInheritanceMode.Explicit)
        {
            return this;
        }

        var merged = With(
            Sources.Count > 0 ? Sources : before.Sources,
            AdditionalFiles.Count > 0 ? AdditionalFiles : before.AdditionalFiles,
            AnalyzerConfigFiles.Count > 0 ? AnalyzerConfigFiles : before.AnalyzerConfigFiles,
            [.. before.AdditionalReferences, .. AdditionalReferences],
            Expected,
            before);
        var inherited = mode == StateInheritanceMode.AutoInheritAll || merged.SameContentAs(before)
            ? before.Expected
            : [.. before.Expected.Where(result => !isFixable(result.Id))];
        // What a state says about a diagnostic replaces what it would inherit about the same rule.
        var own = Expected.Select(result => result.Id).ToHashSet(StringComparer.Ordinal);
        return merged.With(merged.Sources, merged.AdditionalFiles, merged.AnalyzerConfigFiles, merged.AdditionalReferences,
            [.. Expected, .. inherited.Where(result => !own.Contains(result.Id))], merged);
    }

    /// <summary>The same files with a line before each source, and only the expectations that <paramref name="stays"/> keeps.</summary>
    public ProjectState WithFirstLine(string line, Func<DiagnosticResult, bool> stays) => With(
        [.. Sources.Select(source => (source.Path, SourceText.From(line + "\n" + source.Text, source.Text.Encoding)))],
        AdditionalFiles,
        AnalyzerConfigFiles,
        AdditionalReferences,
        [.. Expected.Where(stays).Select(result => result.WithLineOffset(1))],
        this);

    private static bool Same(IReadOnlyList<(string Path, SourceText Text)> left, IReadOnlyList<(string Path, SourceText Text)> right) =>
        left.Count == right.Count && left.Zip(right).All(pair => pair.First.Path == pair.Second.Path && pair.First.Text.ContentEquals(pair.Second.Text));

    private ProjectState With(
        IReadOnlyList<(string Path, SourceText Text)> sources,
        IReadOnlyList<(string Path, SourceText Text)> additional,
        IReadOnlyList<(string Path, SourceText Text)> configurations,
        IReadOnlyList<MetadataReference> references,
        IReadOnlyList<DiagnosticResult> expected,
        ProjectState before) => new()
        {
            Sources = sources,
            AdditionalFiles = additional,
            AnalyzerConfigFiles = configurations,
            AdditionalReferences = references,
            Expected = expected,
            OutputKind = OutputKind ?? before.OutputKind,
            ReferenceAssemblies = ReferenceAssemblies ?? before.ReferenceAssemblies,
        };
}
