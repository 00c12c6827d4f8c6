using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>
/// A fix that finds its finding again in the model of the trainer, edits where the defect stands (in whichever document), and is offered only
/// when the edited project compiles, the finding is gone and there is no other in its place.
/// </summary>
public abstract class PlaceFix : CodeFixProvider
{
    /// <summary>The rule whose findings are fixed.</summary>
    protected abstract string RuleId { get; }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds => [RuleId];

    /// <summary>The ways to fix a finding; the one that is preferred first.</summary>
    private protected abstract ImmutableArray<Alternative> Alternatives { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => new FixEveryFinding(this);

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var project = context.Document.Project;
        if (await ProjectState.ReadAsync(project, context.CancellationToken).ConfigureAwait(false) is not { } state
            || await context.Document.GetSyntaxTreeAsync(context.CancellationToken).ConfigureAwait(false) is not { } tree)
        {
            return;
        }

        var alternatives = InOrder(state, tree);
        foreach (var diagnostic in context.Diagnostics)
        {
            var key = alternatives[0].Key;
            foreach (var alternative in alternatives)
            {
                if (state.Find(tree, RuleId, diagnostic.Location.SourceSpan) is { } found
                    && await state.FixAsync(found, alternative, context.CancellationToken).ConfigureAwait(false) is { Fixed: { } changed })
                {
                    // What is offered first is what fix-all under the first key does here.
                    context.RegisterCodeFix(
                        CodeAction.Create(alternative.Title, _ => Task.FromResult(changed.Solution), key ?? alternative.Key), diagnostic);
                    key = null;
                }
            }
        }
    }

    /// <summary>The fixes that fix-all under a key applies, in their order: all under the key that comes first, else one.</summary>
    internal ImmutableArray<Alternative> Under(string? key, ProjectState state, SyntaxTree tree)
    {
        var ordered = InOrder(state, tree);
        return key is null || ordered[0].Key == key ? ordered : [.. ordered.Where(alternative => alternative.Key == key)];
    }

    /// <summary>The fix that the editor shows under a title.</summary>
    internal Alternative Titled(string title) => Alternatives.Single(alternative => alternative.Title == title);

    private ImmutableArray<Alternative> InOrder(ProjectState state, SyntaxTree tree)
    {
        var wanted = state.Project.AnalyzerOptions.AnalyzerConfigOptionsProvider.GetOptions(tree).TryGetValue(FixKeys.OptionOf(RuleId), out var choice)
            ? FixKeys.Of(RuleId, choice)
            : null;
        return [.. Alternatives.OrderBy(alternative => alternative.Key == wanted ? 0 : 1)];
    }

    /// <summary>One way to fix a finding.</summary>
    /// <param name="Key">Its name, one of <see cref="FixKeys"/>.</param>
    /// <param name="Title">What the editor shows.</param>
    /// <param name="TryEdit">Collects the edits; false where they cannot be shown to be right.</param>
    internal sealed record Alternative(string Key, string Title, Func<Defect, bool> TryEdit)
    {
        /// <summary>
        /// Whether the fix must leave every other finding where it is. What is computed by a library is not looked into, so that a fix that hands
        /// it the loss would hide what else is wrong with it.
        /// </summary>
        public bool HidesNothing { get; init; }
    }
}
