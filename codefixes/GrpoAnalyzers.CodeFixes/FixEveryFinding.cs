using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>
/// Fixes findings one after another, each in what the fix before it left: two findings can share a local, a constant or a helper, and edits
/// made side by side would be dropped or would contradict each other.
/// </summary>
internal sealed class FixEveryFinding(PlaceFix fix) : FixAllProvider
{
    public override async Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
    {
        var solution = fixAllContext.Solution;
        var projects = fixAllContext.Scope == FixAllScope.Solution ? solution.ProjectIds : [fixAllContext.Project.Id];
        foreach (var id in projects)
        {
            if (solution.GetProject(id) is { Language: LanguageNames.CSharp } project)
            {
                solution = await FixAsync(project, await WantedAsync(project, fixAllContext).ConfigureAwait(false), fixAllContext).ConfigureAwait(false);
            }
        }

        return CodeAction.Create("Fix all " + fix.FixableDiagnosticIds[0], _ => Task.FromResult(solution), fixAllContext.CodeActionEquivalenceKey);
    }

    /// <summary>The findings that are asked for: those that the user has not suppressed.</summary>
    private static async Task<IReadOnlyList<Diagnostic>> WantedAsync(Project project, FixAllContext context)
    {
        // The documents of the project as it was: a project before it in the solution may have changed the solution, not these texts.
        var original = context.Solution.GetProject(project.Id)!;
        return context.Scope == FixAllScope.Document
            ? await context.GetDocumentDiagnosticsAsync(context.Document!).ConfigureAwait(false)
            : await context.GetAllDiagnosticsAsync(original).ConfigureAwait(false);
    }

    private async Task<Solution> FixAsync(Project project, IReadOnlyList<Diagnostic> wanted, FixAllContext context)
    {
        foreach (var group in wanted.Where(diagnostic => diagnostic.Location.SourceTree is not null).GroupBy(diagnostic => diagnostic.Location.SourceTree!.FilePath).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var original = context.Solution.GetProject(project.Id)!.GetDocument(group.First().Location.SourceTree);
            if (original is not null)
            {
                project = await FixAsync(project, original.Id, [.. group], context).ConfigureAwait(false);
            }
        }

        return project.Solution;
    }

    private async Task<Project> FixAsync(Project project, DocumentId id, IReadOnlyList<Diagnostic> wanted, FixAllContext context)
    {
        var cancellation = context.CancellationToken;
        var rule = fix.FixableDiagnosticIds[0];
        var state = await ProjectState.ReadAsync(project, cancellation).ConfigureAwait(false);
        List<bool>? isWanted = null;
        for (var next = 0; state is not null;)
        {
            var tree = await state.Project.GetDocument(id)!.GetSyntaxTreeAsync(cancellation).ConfigureAwait(false);
            var found = state.In(tree!, rule);
            isWanted ??= [.. found.Select(item => wanted.Count >= found.Count || wanted.Any(diagnostic => diagnostic.Location.SourceSpan == item.Location.SourceSpan))];
            if (isWanted.Count != found.Count)
            {
                // One edit cured several: what is left is asked for when everything was.
                isWanted = [.. found.Select(_ => isWanted.TrueForAll(asked => asked))];
                next = 0;
            }

            while (next < found.Count && !isWanted[next])
            {
                next++;
            }

            if (next >= found.Count)
            {
                return state.Project;
            }

            if (await FixAsync(state, found[next], fix.Under(context.CodeActionEquivalenceKey, state, tree!), cancellation).ConfigureAwait(false) is { } after)
            {
                state = after;
                isWanted.RemoveAt(next);
            }
            else
            {
                next++;
            }
        }

        return project;
    }

    private static async Task<ProjectState?> FixAsync(
        ProjectState state, TrainerFindings.Found found, IEnumerable<PlaceFix.Alternative> alternatives, CancellationToken cancellation)
    {
        foreach (var alternative in alternatives)
        {
            if (await state.FixAsync(found, alternative, cancellation).ConfigureAwait(false) is { Fixed: { } changed })
            {
                return changed.State;
            }
        }

        return null;
    }
}
