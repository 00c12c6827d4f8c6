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
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var document = context.Document;
        if (await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model)
        {
            return;
        }

        var edits = new SourceEdits(await document.GetTextAsync(context.CancellationToken).ConfigureAwait(false));
        if (root.FindNode(context.Span, getInnermostNodeForTie: true) is ExpressionSyntax reported && TryEdit(reported, model, edits))
        {
            context.RegisterCodeFix(CodeAction.Create(Title, _ => Task.FromResult(edits.ApplyTo(document)), EquivalenceKey), context.Diagnostics);
        }
    }

    /// <summary>Collects the edits; false where they cannot be shown to be right.</summary>
    private protected abstract bool TryEdit(ExpressionSyntax reported, SemanticModel model, SourceEdits edits);
}
