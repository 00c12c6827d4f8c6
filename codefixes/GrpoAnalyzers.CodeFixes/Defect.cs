using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A finding that is to be fixed: the operation that is the defect, the loss it is in, and the edits that are collected.</summary>
internal sealed class Defect(Finding finding, Location location, Node at, Surrogate surrogate, ProjectEdits edits)
{
    public Node At { get; } = at;

    public Surrogate Surrogate { get; } = surrogate;

    public LossTerm Term => Surrogate.Term;

    public ProjectEdits Edits { get; } = edits;

    /// <summary>The fact that could not be proved, where an edit was refused and says why.</summary>
    public string? Unproved { get; private set; }

    /// <summary>Whether the call that led to the defect makes it one.</summary>
    public bool IsDecidedByCall => finding.CallsToDecision > 0;

    /// <summary>The expression that the finding is reported on.</summary>
    public ExpressionSyntax? Reported => location.SourceTree?.GetRoot().FindNode(location.SourceSpan, getInnermostNodeForTie: true) as ExpressionSyntax;

    /// <summary>The expression that is the defect, or the call that makes it one.</summary>
    public ExpressionSyntax? Expression => (IsDecidedByCall ? finding.DecidedAt : At.Site).Syntax as ExpressionSyntax;

    public SemanticModel Model(SyntaxNode node) => Edits.Model(node);

    /// <summary>Says why there is no edit.</summary>
    public bool Refuse(string unproved)
    {
        Unproved ??= unproved;
        return false;
    }
}
