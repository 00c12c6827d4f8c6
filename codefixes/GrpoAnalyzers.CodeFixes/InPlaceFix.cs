using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A fix that edits the reported expression and its neighbourhood, offered only where its edits are known to be right.</summary>
public abstract class InPlaceFix : CodeFixProvider
{
    /// <summary>The rule whose findings are fixed.</summary>
    protected abstract string RuleId { get; }

    /// <summary>What the editor shows.</summary>
    protected abstract string Title { get; }

    /// <summary>The kind of the fix.</summary>
    protected abstract string EquivalenceKey { get; }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds => [RuleId];

    /// <inheritdoc/>
    /// <remarks>All findings of a document are edited together: one local, or one constant, can serve several of them.</remarks>
    public sealed override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(
        async (context, document, diagnostics) => await FixAsync(document, diagnostics, context.CancellationToken).ConfigureAwait(false) ?? document);

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var document = context.Document;
        if (await FixAsync(document, context.Diagnostics, context.CancellationToken).ConfigureAwait(false) is { } changed
            && !await BreaksAsync(document, changed, context.CancellationToken).ConfigureAwait(false))
        {
            context.RegisterCodeFix(CodeAction.Create(Title, _ => Task.FromResult(changed), EquivalenceKey), context.Diagnostics);
        }
    }

    private async Task<Document?> FixAsync(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        if (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false) is not { } root
            || await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false) is not { } model)
        {
            return null;
        }

        var edits = new SourceEdits(await document.GetTextAsync(cancellation).ConfigureAwait(false));
        var isEdited = false;
        foreach (var diagnostic in diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start))
        {
            var next = edits.Continue();
            if (root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is ExpressionSyntax reported && TryEdit(reported, model, next))
            {
                edits.Join(next);
                isEdited = true;
            }
        }

        return isEdited ? edits.ApplyTo(document) : null;
    }

    /// <summary>Whether the document no longer compiles, such as where leaving a loop early leaves a variable without a value.</summary>
    private static async Task<bool> BreaksAsync(Document before, Document after, CancellationToken cancellation) =>
        await CountErrorsAsync(after, cancellation).ConfigureAwait(false) > await CountErrorsAsync(before, cancellation).ConfigureAwait(false);

    private static async Task<int> CountErrorsAsync(Document document, CancellationToken cancellation) =>
        (await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false))?.GetDiagnostics(cancellationToken: cancellation)
            .Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) ?? 0;

    /// <summary>Collects the edits; false where they cannot be shown to be right.</summary>
    private protected abstract bool TryEdit(ExpressionSyntax reported, SemanticModel model, SourceEdits edits);
}
