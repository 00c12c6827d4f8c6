using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>Which expressions have, before a statement, the value they had where they were written, and cost no forward pass there.</summary>
internal sealed class StableValues(StatementSyntax anchor, SemanticModel model)
{
    private readonly SyntaxNode scope = (SyntaxNode?)Functions.LoopsAround(anchor).FirstOrDefault() ?? Functions.Around(anchor);

    public bool Holds(ExpressionSyntax expression) => expression.DescendantNodesAndSelf().OfType<ExpressionSyntax>().All(part => part switch
    {
        InvocationExpressionSyntax call => TensorCall.Of(call, model) is { } operation && !operation.Name.EndsWith("_", StringComparison.Ordinal),
        AssignmentExpressionSyntax or AwaitExpressionSyntax or BaseObjectCreationExpressionSyntax or DeclarationExpressionSyntax => false,
        IdentifierNameSyntax name => IsUnchanged(name),
        _ => true,
    });

    /// <summary>Whether a local can be read before the statement, with the value it was declared with.</summary>
    public bool Holds(VariableDeclaratorSyntax declarator) => model.GetDeclaredSymbol(declarator) is { } symbol && IsUnchanged(symbol);

    private bool IsUnchanged(IdentifierNameSyntax name) => model.GetSymbolInfo(name).Symbol switch
    {
        (ILocalSymbol or IParameterSymbol or IFieldSymbol or IPropertySymbol) and var symbol => IsUnchanged(symbol),
        IMethodSymbol or ITypeSymbol or INamespaceSymbol => true,
        _ => false,
    };

    private bool IsUnchanged(ISymbol symbol) =>
        (symbol is not ILocalSymbol || (symbol.DeclaringSyntaxReferences.All(reference => reference.Span.Start < anchor.SpanStart) && model.LookupSymbols(anchor.SpanStart, name: symbol.Name).Contains(symbol, SymbolEqualityComparer.Default)))
        && !LocalUse.References(symbol, scope, model).Any(reference => scope.Span.Contains(reference.Span) && LocalUse.IsWritten(reference));
}
