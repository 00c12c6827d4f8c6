using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>The tokens that a loss counts: a tensor that its terms are multiplied with, or a condition that selects them.</summary>
/// <param name="Expression">The tensor or condition.</param>
/// <param name="Text">As it is written in the estimate.</param>
/// <param name="Selects">Whether it is a condition.</param>
internal sealed record TokenMask(ExpressionSyntax Expression, string Text, bool Selects)
{
    /// <summary>The sum of an estimate over the tokens.</summary>
    public string Sum(string perToken) => Selects ? $"{perToken}.masked_select({Text}).sum()" : $"({perToken} * {Text}).sum()";

    /// <summary>The mean of an estimate over the tokens.</summary>
    public string Mean(string perToken) => Selects ? $"{perToken}.masked_select({Text}).mean()" : $"{Sum(perToken)} / {Count}";

    /// <summary>How many tokens there are.</summary>
    public string Count => Selects && !Parses(Text) ? $"({Text}).sum()" : $"{Text}.sum()";

    /// <summary>Whether a member can be accessed on the text as it stands.</summary>
    private static bool Parses(string text) => SyntaxFactory.ParseExpression(text) is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax or ParenthesizedExpressionSyntax
            or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression };

    public static string Written(ExpressionSyntax expression) => Parses(expression.ToString()) ? expression.ToString() : $"({expression})";
}
