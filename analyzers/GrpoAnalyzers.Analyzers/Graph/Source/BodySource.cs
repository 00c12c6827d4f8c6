using System.Collections.Concurrent;
using GrpoAnalyzers.Graph.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace GrpoAnalyzers.Graph.Source;

/// <summary>Gives the control-flow graphs of bodies anywhere in the compilation. Made once a compilation and shared by its readings.</summary>
internal sealed class BodySource(Compilation compilation)
{
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> models = new();
    private readonly ConcurrentDictionary<SyntaxNode, FlowFacts?> bodies = new();

    public Compilation Compilation { get; } = compilation;

    public SemanticModel ModelOf(SyntaxTree tree) => models.GetOrAdd(tree, key => Compilation.GetSemanticModel(key));

    /// <summary>The body of a method, accessor or constructor; null where there is none in source.</summary>
    public FlowFacts? BodyOf(IMethodSymbol method, CancellationToken cancellation)
    {
        foreach (var reference in (method.PartialImplementationPart ?? method).DeclaringSyntaxReferences)
        {
            if (!Compilation.ContainsSyntaxTree(reference.SyntaxTree))
            {
                continue;
            }

            var syntax = reference.GetSyntax(cancellation);
            // The parameter list of a record or class stands for its primary constructor, which has no body of its own.
            if (syntax is TypeDeclarationSyntax or ParameterSyntax)
            {
                continue;
            }

            if (BodyAt(syntax, cancellation) is { } body)
            {
                return body;
            }
        }

        return null;
    }

    /// <summary>The graph of the body or initialiser that a syntax node declares.</summary>
    public FlowFacts? BodyAt(SyntaxNode syntax, CancellationToken cancellation) => bodies.GetOrAdd(syntax, key =>
    {
        var operation = ModelOf(key.SyntaxTree).GetOperation(key, cancellation);
        // Only roots have a graph; a body inside another is reached through its parent's.
        return operation is { Parent: null } && ControlFlowGraph.Create(key, ModelOf(key.SyntaxTree), cancellation) is { } graph
            ? new FlowFacts(graph)
            : null;
    });

    /// <summary>The graph of a lambda or local function, found through the graph that declares it.</summary>
    public FlowFacts NestedBody(SyntaxNode syntax, Func<ControlFlowGraph> create) => bodies.GetOrAdd(syntax, _ => new FlowFacts(create()))!;
}
