using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>Whether an expression that takes another's place has to be wrapped.</summary>
internal static class Parentheses
{
    public static bool AreNeeded(ExpressionSyntax inner, ExpressionSyntax replaced)
    {
        if (inner is not (BinaryExpressionSyntax or PrefixUnaryExpressionSyntax or CastExpressionSyntax or ConditionalExpressionSyntax or AssignmentExpressionSyntax
            or LambdaExpressionSyntax or AwaitExpressionSyntax or SwitchExpressionSyntax or RangeExpressionSyntax))
        {
            return false;
        }

        return replaced.Parent switch
        {
            EqualsValueClauseSyntax or ReturnStatementSyntax or ArrowExpressionClauseSyntax or ArgumentSyntax or ParenthesizedExpressionSyntax => false,
            ExpressionElementSyntax or LambdaExpressionSyntax or SwitchExpressionArmSyntax or YieldStatementSyntax => false,
            ConditionalExpressionSyntax => inner is not BinaryExpressionSyntax,
            AssignmentExpressionSyntax assignment => assignment.Left == replaced,
            PrefixUnaryExpressionSyntax => !inner.IsKind(SyntaxKind.MultiplyExpression) && !inner.IsKind(SyntaxKind.DivideExpression),
            BinaryExpressionSyntax outer => inner is not BinaryExpressionSyntax binary || !Binds(binary, outer, outer.Left == replaced),
            _ => true,
        };
    }

    private static bool Binds(BinaryExpressionSyntax inner, BinaryExpressionSyntax outer, bool isLeft)
    {
        var (innerRank, outerRank) = (Rank(inner), Rank(outer));
        return innerRank > 0 && outerRank > 0 && (innerRank > outerRank || (innerRank == outerRank && isLeft));
    }

    private static int Rank(BinaryExpressionSyntax binary) => binary.Kind() switch
    {
        SyntaxKind.MultiplyExpression or SyntaxKind.DivideExpression => 2,
        SyntaxKind.AddExpression or SyntaxKind.SubtractExpression => 1,
        _ => 0,
    };
}
