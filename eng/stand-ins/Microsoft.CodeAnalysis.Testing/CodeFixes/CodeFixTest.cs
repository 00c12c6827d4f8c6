using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Runs a code fix on what analyzers report: one diagnostic after the other, then all of a document, a project, the solution.</summary>
public abstract class CodeFixTest<TVerifier> : AnalyzerTest<TVerifier>
    where TVerifier : IVerifier, new()
{
    protected CodeFixTest()
    {
        FixedState = new SolutionState("Fixed", Language, "/0/Test", DefaultFileExt) { InheritanceMode = StateInheritanceMode.AutoInherit };
        BatchFixedState = new SolutionState("BatchFixed", Language, "/0/Test", DefaultFileExt) { InheritanceMode = StateInheritanceMode.AutoInherit };
    }

    public string FixedCode
    {
        set => FixedState.Sources.Add(value);
    }

    public string BatchFixedCode
    {
        set => BatchFixedState.Sources.Add(value);
    }

    public SolutionState FixedState { get; }

    public SolutionState BatchFixedState { get; }

    public int? CodeActionIndex { get; set; }

    public string? CodeActionEquivalenceKey { get; set; }

    public Action<CodeAction, IVerifier>? CodeActionVerifier { get; set; }

    public CodeActionValidationMode CodeActionValidationMode { get; set; } = CodeActionValidationMode.SemanticStructure;

    public CodeFixTestBehaviors CodeFixTestBehaviors { get; set; }

    public int? NumberOfIncrementalIterations { get; set; }

    public int? NumberOfFixAllIterations { get; set; }

    public int? NumberOfFixAllInDocumentIterations { get; set; }

    public int? NumberOfFixAllInProjectIterations { get; set; }

    protected abstract IEnumerable<CodeFixProvider> GetCodeFixProviders();

    /// <summary>Whether the tree that an action made is the one that its text parses to.</summary>
    protected abstract bool IsTreeOfItsText(SyntaxNode root, ParseOptions options, string path, bool full);

    internal override bool IsFixable(string id) => GetCodeFixProviders().Any(provider => provider.FixableDiagnosticIds.Contains(id));

    protected override async Task RunImplAsync(CancellationToken cancellationToken)
    {
        await base.RunImplAsync(cancellationToken).ConfigureAwait(false);
        if (IsUnset(FixedState) && IsUnset(BatchFixedState))
        {
            return;
        }

        var verifier = new TVerifier();
        var start = ReadTestState();
        var fixedState = Read(FixedState).Inheriting(start, FixedState.InheritanceMode ?? StateInheritanceMode.AutoInherit, IsFixable);
        var batchState = IsUnset(BatchFixedState)
            ? fixedState
            : Read(BatchFixedState).Inheriting(fixedState, BatchFixedState.InheritanceMode ?? StateInheritanceMode.AutoInherit, IsFixable);

        await VerifyDiagnosticsAsync(CreateProject(fixedState), fixedState, verifier.PushContext("Diagnostics of fixed state"), cancellationToken).ConfigureAwait(false);
        if (!ReferenceEquals(batchState, fixedState))
        {
            await VerifyDiagnosticsAsync(CreateProject(batchState), batchState, verifier.PushContext("Diagnostics of batch fixed state"), cancellationToken).ConfigureAwait(false);
        }

        var fixable = start.Expected.Count(result => IsFixable(result.Id));
        var incremental = NumberOfIncrementalIterations
            ?? (start.SameContentAs(fixedState) ? 0 : CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.FixOne) ? 1 : -fixable);
        await VerifyFixAsync(start, fixedState, FixOneAsync, incremental, verifier.PushContext("Iterative code fix application"), cancellationToken).ConfigureAwait(false);
        if (CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.FixOne))
        {
            return;
        }

        var all = NumberOfFixAllIterations ?? (start.SameContentAs(batchState) ? 0 : 1);
        // Fixing a document leaves the others to the next iteration.
        var documents = NumberOfFixAllInDocumentIterations ?? (all > 0 ? -(all * Math.Max(1, start.Sources.Count)) : all);
        await VerifyFixAllAsync(FixAllScope.Document, CodeFixTestBehaviors.SkipFixAllInDocumentCheck, documents).ConfigureAwait(false);
        await VerifyFixAllAsync(FixAllScope.Project, CodeFixTestBehaviors.SkipFixAllInProjectCheck, NumberOfFixAllInProjectIterations ?? all).ConfigureAwait(false);
        await VerifyFixAllAsync(FixAllScope.Solution, CodeFixTestBehaviors.SkipFixAllInSolutionCheck, all).ConfigureAwait(false);

        async Task VerifyFixAllAsync(FixAllScope scope, CodeFixTestBehaviors skipped, int iterations)
        {
            if (!CodeFixTestBehaviors.HasFlag(skipped))
            {
                await VerifyFixAsync(start, batchState, (project, inner, token) => FixAllAsync(project, scope, inner, token), iterations, verifier.PushContext($"Fix all in {scope}"), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static bool IsUnset(SolutionState state) =>
        state.Sources.Count == 0 && state.AdditionalFiles.Count == 0 && state.AnalyzerConfigFiles.Count == 0 && state.ExpectedDiagnostics.Count == 0;

    private ProjectState Read(SolutionState state) => ProjectState.From(state, state.MarkupHandling ?? MarkupMode.IgnoreFixable, FindDescriptor, IsFixable);

    /// <summary>Applies steps until none changes anything. A negative number of iterations is the most that is allowed.</summary>
    private async Task VerifyFixAsync(
        ProjectState start,
        ProjectState expected,
        Func<Project, IVerifier, CancellationToken, Task<Project?>> step,
        int iterations,
        IVerifier verifier,
        CancellationToken cancellationToken)
    {
        var project = CreateProject(start);
        var limit = Math.Abs(iterations);
        var done = 0;
        while (await step(project, verifier, cancellationToken).ConfigureAwait(false) is { } next)
        {
            // A step too many is taken for what it is only when the text has changed.
            if (!await DiffersAsync(project, next, cancellationToken).ConfigureAwait(false))
            {
                break;
            }

            project = next;
            if (++done > limit)
            {
                verifier.Fail($"The upper limit for the number of code fix iterations was exceeded: expected {(iterations < 0 ? "at most " : "")}'{limit}'.");
            }

            await VerifyTreesAsync(project, verifier, cancellationToken).ConfigureAwait(false);
            if (CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.FixOne))
            {
                break;
            }
        }

        if (iterations >= 0)
        {
            verifier.Equal(iterations, done, $"Expected '{iterations}' iterations but found '{done}' iterations.");
        }

        await VerifyContentAsync(project, expected, verifier, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Project?> FixOneAsync(Project project, IVerifier verifier, CancellationToken cancellationToken)
    {
        var (all, nonLocal) = await GetDiagnosticsAsync(project, cancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in all)
        {
            if (await FindActionAsync(project, diagnostic, verifier, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                continue;
            }

            if (!CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.SkipLocalDiagnosticCheck) && nonLocal.Contains(diagnostic))
            {
                verifier.Fail($"Code fix is attempting to provide a fix for a non-local analyzer diagnostic: {diagnostic}");
            }

            CodeActionVerifier?.Invoke(found.Action, verifier);
            var next = await ApplyAsync(project, found.Action, verifier, cancellationToken).ConfigureAwait(false);
            if (await DiffersAsync(project, next, cancellationToken).ConfigureAwait(false))
            {
                return next;
            }
        }

        return null;
    }

    private async Task<Project?> FixAllAsync(Project project, FixAllScope scope, IVerifier verifier, CancellationToken cancellationToken)
    {
        var (all, _) = await GetDiagnosticsAsync(project, cancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in all)
        {
            if (await FindActionAsync(project, diagnostic, verifier, cancellationToken).ConfigureAwait(false) is not { } found
                || found.Provider.GetFixAllProvider() is not { } fixAll
                || !fixAll.GetSupportedFixAllScopes().Contains(scope))
            {
                continue;
            }

            var ids = fixAll.GetSupportedFixAllDiagnosticIds(found.Provider);
            var context = new FixAllContext(
                found.Document,
                found.Provider,
                scope,
                found.Action.EquivalenceKey!,
                ids,
                new ProjectDiagnostics(async (of, token) => [.. (await GetDiagnosticsAsync(of, token).ConfigureAwait(false)).All.Where(other => ids.Contains(other.Id))]),
                cancellationToken);
            if (await fixAll.GetFixAsync(context).ConfigureAwait(false) is { } action
                && await ApplyAsync(project, action, verifier, cancellationToken).ConfigureAwait(false) is var next
                && await DiffersAsync(project, next, cancellationToken).ConfigureAwait(false))
            {
                return next;
            }
        }

        return null;
    }

    private async Task<(CodeFixProvider Provider, CodeAction Action, Document Document)?> FindActionAsync(
        Project project, Diagnostic diagnostic, IVerifier verifier, CancellationToken cancellationToken)
    {
        if (project.GetDocument(diagnostic.Location.SourceTree) is not { } document)
        {
            return null;
        }

        var actions = new List<(CodeFixProvider Provider, CodeAction Action)>();
        foreach (var provider in GetCodeFixProviders().Where(provider => provider.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            var context = new CodeFixContext(document, diagnostic, (action, _) => actions.Add((provider, action)), cancellationToken);
            await provider.RegisterCodeFixesAsync(context).ConfigureAwait(false);
        }

        var flat = actions
            .SelectMany(pair => pair.Action.NestedActions.IsEmpty ? [pair] : pair.Action.NestedActions.Select(nested => (pair.Provider, Action: nested)))
            .ToList();
        if (flat.Count == 0)
        {
            return null;
        }

        if (CodeActionIndex is { } index)
        {
            if (index >= flat.Count)
            {
                return null;
            }

            if (CodeActionEquivalenceKey is { } key)
            {
                verifier.Equal(key, flat[index].Action.EquivalenceKey, "The code action equivalence key and index must be consistent when both are specified.");
            }

            return (flat[index].Provider, flat[index].Action, document);
        }

        var chosen = CodeActionEquivalenceKey is null ? flat[0] : flat.FirstOrDefault(pair => pair.Action.EquivalenceKey == CodeActionEquivalenceKey);
        return chosen.Action is null ? null : (chosen.Provider, chosen.Action, document);
    }

    private static async Task<Project> ApplyAsync(Project project, CodeAction action, IVerifier verifier, CancellationToken cancellationToken)
    {
        var operations = await action.GetOperationsAsync(cancellationToken).ConfigureAwait(false);
        var changes = operations.OfType<ApplyChangesOperation>().ToList();
        verifier.Equal(1, changes.Count, $"The code action '{action.Title}' has to change the solution exactly once.");
        return changes[0].ChangedSolution.GetProject(project.Id) ?? throw new InvalidOperationException("The code action removed the test project.");
    }

    private static async Task<bool> DiffersAsync(Project before, Project after, CancellationToken cancellationToken)
    {
        var left = await ContentAsync(before, cancellationToken).ConfigureAwait(false);
        var right = await ContentAsync(after, cancellationToken).ConfigureAwait(false);
        return !left.SequenceEqual(right);
    }

    private static async Task<ImmutableArray<(string Path, string Text)>> ContentAsync(Project project, CancellationToken cancellationToken)
    {
        var files = new List<(string Path, string Text)>();
        foreach (var document in project.Documents.Concat(project.AdditionalDocuments).Concat(project.AnalyzerConfigDocuments))
        {
            var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
            files.Add((document.FilePath ?? document.Name, text.ToString()));
        }

        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    private static async Task VerifyContentAsync(Project project, ProjectState expected, IVerifier verifier, CancellationToken cancellationToken)
    {
        var actual = await ContentAsync(project, cancellationToken).ConfigureAwait(false);
        var wanted = expected.Sources.Concat(expected.AdditionalFiles).Concat(expected.AnalyzerConfigFiles).OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        verifier.SequenceEqual(wanted.Select(file => file.Path), actual.Select(file => file.Path));
        foreach (var (want, got) in wanted.Zip(actual))
        {
            if (want.Text.ToString() != got.Text)
            {
                verifier.Fail($"Content of '{want.Path}' did not match.{Environment.NewLine}Expected:{Environment.NewLine}{want.Text}{Environment.NewLine}Actual:{Environment.NewLine}{got.Text}");
            }
        }
    }

    private async Task VerifyTreesAsync(Project project, IVerifier verifier, CancellationToken cancellationToken)
    {
        if (CodeActionValidationMode == CodeActionValidationMode.None)
        {
            return;
        }

        foreach (var document in project.Documents)
        {
            if (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) is { } root && project.ParseOptions is { } options)
            {
                verifier.True(
                    IsTreeOfItsText(root, options, document.FilePath ?? document.Name, CodeActionValidationMode == CodeActionValidationMode.Full),
                    $"The code action made a syntax tree of '{document.FilePath}' that is not the one its text parses to.");
            }
        }
    }
}
