using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A local weight <c>w = 1 / std</c>, in whatever shape, with which terms are multiplied: the products lose it.</summary>
internal static class InverseWeight
{
    public static bool TryRemove(ExpressionSyntax inverse, Defect defect)
    {
        var model = defect.Model(inverse);
        var edits = defect.Edits.At(inverse);
        var whole = TensorCall.Viewed(inverse, model);
        if (whole.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator }
            || model.GetDeclaredSymbol(declarator) is not { } weight
            || LocalUse.References(weight, declarator, model) is not { Count: > 0 } reads)
        {
            return false;
        }

        foreach (var read in reads)
        {
            var (product, other) = TensorCall.Wrapped(read).Parent switch
            {
                BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } binary => (binary, binary.Left == TensorCall.Wrapped(read) ? binary.Right : binary.Left),
                ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } when TensorCall.Of(call, model) is { Name: "mul", IsStatic: false } multiply => ((ExpressionSyntax)call, multiply.Subject),
                _ => (null, null),
            };
            if (product is null || other is null)
            {
                return false;
            }

            edits.Reduce(product, other);
        }

        edits.Lose(reads);
        defect.Edits.Drop(reads[0]);
        return true;
    }
}
