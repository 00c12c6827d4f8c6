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

    private Reading? reading;

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
    public async Task<IReadOnlyDictionary<string, Diagnostic>> ErrorsAsync(CancellationToken cancellation) => (await ReadAsync(cancellation)).Errors;

    public async Task<IReadOnlyList<Finding>> FindingsAsync(CancellationToken cancellation) =>
        [.. (await ReadAsync(cancellation)).Findings.Where(diagnostic => choice.Rules.Contains(diagnostic.Id)).Select(Finding.From)];

    /// <summary>Applies the preferred fix to every finding, in the files that may be changed.</summary>
    public async Task FixAsync(Func<string, bool> mayChange, CancellationToken cancellation)
    {
        foreach (var rule in choice.Rules)
        {
            // All at once takes one look at each file; where that cannot be kept, one after another takes as much of it as can.
            await FixEveryAsync(rule, mayChange, cancellation);
            while (await FixNextAsync(rule, mayChange, cancellation))
            {
            }
        }
    }

    public void Dispose() => workspace.Dispose();

    private static Solution AddConfiguration(Solution solution, ProjectId id, string path, string text) =>
        solution.AddAnalyzerConfigDocument(DocumentId.CreateNewId(id), Path.GetFileName(path), SourceText.From(text), filePath: path);

    private async Task FixEveryAsync(string rule, Func<string, bool> mayChange, CancellationToken cancellation)
    {
        foreach (var provider in FixChoice.Providers.Where(provider => provider.FixableDiagnosticIds.Contains(rule)))
        {
            var found = (await ReadAsync(cancellation)).Findings.Where(diagnostic => diagnostic.Id == rule && mayChange(diagnostic.Location.SourceTree!.FilePath)).ToList();
            if (found.Count > 1 && provider.GetFixAllProvider() is { } all)
            {
                var context = new FixAllContext(project, provider, FixAllScope.Project, choice.KeyOf(rule), [rule], new Wanted(found), cancellation);
                if (await all.GetFixAsync(context) is { } action)
                    await TryApplyAsync(action, rule, mayChange, cancellation);
            }
        }
    }

    private async Task<bool> FixNextAsync(string rule, Func<string, bool> mayChange, CancellationToken cancellation)
    {
        foreach (var finding in (await ReadAsync(cancellation)).Findings.Where(diagnostic => diagnostic.Id == rule))
        {
            if (await FixOfAsync(finding, cancellation) is { } action && await TryApplyAsync(action, rule, mayChange, cancellation))
                return true;
        }

        return false;
    }

    /// <summary>Takes a change that stays within the files that may be changed, leaves fewer findings of the rule, and has no error in a file that had none.</summary>
    private async Task<bool> TryApplyAsync(CodeAction action, string rule, Func<string, bool> mayChange, CancellationToken cancellation)
    {
        var operations = await action.GetOperationsAsync(cancellation);
        if (operations.OfType<ApplyChangesOperation>().FirstOrDefault()?.ChangedSolution.GetProject(project.Id) is not { } next
            || !next.GetChanges(project).GetChangedDocuments().Select(id => next.GetDocument(id)!.FilePath).All(path => path is not null && mayChange(path)))
        {
            return false;
        }

        var before = await ReadAsync(cancellation);
        var after = await Reading.OfAsync(next, cancellation);
        if (after.Findings.Count(diagnostic => diagnostic.Id == rule) >= before.Findings.Count(diagnostic => diagnostic.Id == rule) || !after.Errors.Keys.All(before.Errors.ContainsKey))
            return false;
        (project, reading) = (next, after);
        return true;
    }

    private async Task<Reading> ReadAsync(CancellationToken cancellation) => reading ??= await Reading.OfAsync(project, cancellation);

    private async Task<CodeAction?> FixOfAsync(Diagnostic finding, CancellationToken cancellation)
    {
        var actions = new List<CodeAction>();
        if (project.GetDocument(finding.Location.SourceTree) is not { } document)
            return null;
        foreach (var provider in FixChoice.Providers.Where(provider => provider.FixableDiagnosticIds.Contains(finding.Id)))
            await provider.RegisterCodeFixesAsync(new CodeFixContext(document, finding, (action, _) => actions.Add(action), cancellation));
        return actions.Find(action => action.EquivalenceKey == choice.KeyOf(finding.Id)) ?? actions.FirstOrDefault();
    }

    /// <summary>What the analyzer and the compiler say of the program at one moment.</summary>
    private sealed record Reading(IReadOnlyList<Diagnostic> Findings, IReadOnlyDictionary<string, Diagnostic> Errors)
    {
        public static async Task<Reading> OfAsync(Project project, CancellationToken cancellation)
        {
            var compilation = (await project.GetCompilationAsync(cancellation))!;
            ImmutableArray<DiagnosticAnalyzer> analyzers = [new GrpoAnalyzer()];
            var found = await compilation.WithAnalyzers(analyzers, project.AnalyzerOptions).GetAnalyzerDiagnosticsAsync(cancellation);
            return new Reading(
                [
                    .. found.Where(diagnostic => diagnostic.Location.IsInSource && !diagnostic.IsSuppressed && diagnostic.Severity != DiagnosticSeverity.Hidden)
                        .OrderBy(diagnostic => diagnostic.Location.SourceTree!.FilePath, StringComparer.Ordinal).ThenBy(diagnostic => diagnostic.Location.SourceSpan.Start),
                ],
                compilation.GetDiagnostics(cancellation)
                    .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Location.IsInSource)
                    .GroupBy(diagnostic => diagnostic.Location.SourceTree!.FilePath, StringComparer.Ordinal)
                    .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal));
        }
    }

    /// <summary>The findings that a fix of all of them is asked for.</summary>
    private sealed class Wanted(IReadOnlyList<Diagnostic> findings) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(findings);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            await document.GetSyntaxTreeAsync(cancellationToken) is { } tree ? findings.Where(finding => finding.Location.SourceTree == tree) : [];

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
