using System.Collections.Immutable;
using GrpoAnalyzers.Cli.Output;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace GrpoAnalyzers.Cli.Fixes;

/// <summary>One program in this process: what is found in it, and what the fixes make of it.</summary>
internal sealed class FixWorkspace : IDisposable
{
    private readonly AdhocWorkspace workspace = new();

    private readonly FixChoice choice;

    private Project project;

    public FixWorkspace(
        IEnumerable<(string Path, string Text)> files,
        string? globalUsings,
        IReadOnlyList<MetadataReference> references,
        CSharpParseOptions parsing,
        CSharpCompilationOptions options,
        FixChoice choice)
    {
        this.choice = choice;
        var paths = files.ToList();
        var id = ProjectId.CreateNewId();
        var solution = workspace.CurrentSolution.AddProject(ProjectInfo.Create(
            id, VersionStamp.Default, "grpo-fix", "grpo-fix", LanguageNames.CSharp, compilationOptions: options, parseOptions: parsing, metadataReferences: references));
        foreach (var (path, text) in paths)
            solution = solution.AddDocument(DocumentId.CreateNewId(id), Path.GetFileName(path), SourceText.From(text), filePath: path);
        if (globalUsings is not null)
            solution = solution.AddDocument(DocumentId.CreateNewId(id), "GlobalUsings", SourceText.From(globalUsings));
        foreach (var path in Loose.EditorConfigFiles.Above(paths.Select(file => file.Path)))
            solution = AddConfiguration(solution, id, path, File.ReadAllText(path));
        if (choice.Configuration is { } configuration)
            solution = AddConfiguration(solution, id, Path.Combine(Path.GetTempPath(), "grpo-fix.globalconfig"), configuration);
        project = solution.GetProject(id)!;
    }

    /// <summary>The texts as they are now.</summary>
    public async Task<IReadOnlyDictionary<string, string>> TextsAsync(CancellationToken cancellation)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var document in project.Documents.Where(document => document.FilePath is not null))
            texts[document.FilePath!] = (await document.GetTextAsync(cancellation)).ToString();
        return texts;
    }

    /// <summary>The first error of each file that has one.</summary>
    public Task<IReadOnlyDictionary<string, Diagnostic>> ErrorsAsync(CancellationToken cancellation) => ErrorsAsync(project, cancellation);

    public async Task<IReadOnlyList<Finding>> FindingsAsync(CancellationToken cancellation) =>
        [.. (await DiagnosticsAsync(project, cancellation)).Where(diagnostic => choice.Rules.Contains(diagnostic.Id)).Select(Finding.From)];

    /// <summary>Applies the preferred fix to one finding after another, in the files that may be changed.</summary>
    public async Task FixAsync(Func<string, bool> mayChange, CancellationToken cancellation)
    {
        foreach (var rule in choice.Rules)
        {
            while (await FixNextAsync(rule, mayChange, cancellation))
            {
            }
        }
    }

    public void Dispose() => workspace.Dispose();

    private static Solution AddConfiguration(Solution solution, ProjectId id, string path, string text) =>
        solution.AddAnalyzerConfigDocument(DocumentId.CreateNewId(id), Path.GetFileName(path), SourceText.From(text), filePath: path);

    private async Task<bool> FixNextAsync(string rule, Func<string, bool> mayChange, CancellationToken cancellation)
    {
        var findings = (await DiagnosticsAsync(project, cancellation)).Where(diagnostic => diagnostic.Id == rule).ToList();
        foreach (var finding in findings)
        {
            if (await FixOfAsync(finding, cancellation) is not { } action)
                continue;
            var operations = await action.GetOperationsAsync(cancellation);
            if (operations.OfType<ApplyChangesOperation>().FirstOrDefault()?.ChangedSolution.GetProject(project.Id) is not { } next)
                continue;
            var changed = next.GetChanges(project).GetChangedDocuments().Select(id => next.GetDocument(id)!.FilePath);
            if (!changed.All(path => path is not null && mayChange(path)))
                continue;
            var before = await ErrorsAsync(project, cancellation);
            var after = await ErrorsAsync(next, cancellation);
            var left = (await DiagnosticsAsync(next, cancellation)).Count(diagnostic => diagnostic.Id == rule);
            if (left < findings.Count && after.Keys.All(before.ContainsKey))
            {
                project = next;
                return true;
            }
        }

        return false;
    }

    private async Task<CodeAction?> FixOfAsync(Diagnostic finding, CancellationToken cancellation)
    {
        var actions = new List<CodeAction>();
        if (project.GetDocument(finding.Location.SourceTree) is not { } document)
            return null;
        foreach (var provider in FixChoice.Providers.Where(provider => provider.FixableDiagnosticIds.Contains(finding.Id)))
            await provider.RegisterCodeFixesAsync(new CodeFixContext(document, finding, (action, _) => actions.Add(action), cancellation));
        return actions.Find(action => action.EquivalenceKey == choice.KeyOf(finding.Id)) ?? actions.FirstOrDefault();
    }

    private static async Task<IReadOnlyList<Diagnostic>> DiagnosticsAsync(Project project, CancellationToken cancellation)
    {
        var compilation = (await project.GetCompilationAsync(cancellation))!;
        ImmutableArray<DiagnosticAnalyzer> analyzers = [new GrpoAnalyzer()];
        var found = await compilation.WithAnalyzers(analyzers, project.AnalyzerOptions).GetAnalyzerDiagnosticsAsync(cancellation);
        return
        [
            .. found.Where(diagnostic => diagnostic.Location.IsInSource && !diagnostic.IsSuppressed && diagnostic.Severity != DiagnosticSeverity.Hidden)
                .OrderBy(diagnostic => diagnostic.Location.SourceTree!.FilePath, StringComparer.Ordinal).ThenBy(diagnostic => diagnostic.Location.SourceSpan.Start),
        ];
    }

    private static async Task<IReadOnlyDictionary<string, Diagnostic>> ErrorsAsync(Project project, CancellationToken cancellation) =>
        (await project.GetCompilationAsync(cancellation))!.GetDiagnostics(cancellation)
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Location.IsInSource)
            .GroupBy(diagnostic => diagnostic.Location.SourceTree!.FilePath, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
}
