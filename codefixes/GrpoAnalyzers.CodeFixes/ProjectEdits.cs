using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>Changes to the documents of one project.</summary>
internal sealed class ProjectEdits(Project project, Compilation compilation)
{
    private readonly Dictionary<SyntaxTree, SourceEdits> documents = [];

    public Compilation Compilation => compilation;

    public IEnumerable<SyntaxTree> Changed => documents.Keys;

    public SemanticModel Model(SyntaxNode node) => compilation.GetSemanticModel(node.SyntaxTree);

    /// <summary>The changes to the document that a node stands in.</summary>
    public SourceEdits At(SyntaxNode node)
    {
        if (!documents.TryGetValue(node.SyntaxTree, out var edits))
        {
            documents.Add(node.SyntaxTree, edits = new SourceEdits(node.SyntaxTree.GetText()));
        }

        return edits;
    }

    /// <summary>Removes definitions that nothing reads once an expression is gone.</summary>
    public void Drop(ExpressionSyntax expression) => new UnusedDefinitions(Model(expression), At(expression)).RemoveAfter(expression);

    /// <summary>The project with the changes, or null where a file is not one that the user edits.</summary>
    public Project? Apply()
    {
        var changed = project;
        foreach (var pair in documents)
        {
            if (project.GetDocument(pair.Key) is not { } document || document is SourceGeneratedDocument || pair.Value.IsContradictory)
            {
                return null;
            }

            changed = pair.Value.ApplyTo(changed.GetDocument(document.Id)!).Project;
        }

        return changed;
    }
}
