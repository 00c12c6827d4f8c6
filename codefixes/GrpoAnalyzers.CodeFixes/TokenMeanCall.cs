using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A call of a masked mean with a row axis, made one over all tokens: the call is edited and not the helper.</summary>
internal static class TokenMeanCall
{
    public static bool TryEdit(Defect defect)
    {
        if (defect.At.Site.Caller?.Syntax is not InvocationExpressionSyntax call
            || TokenMean.MeanOverRows(call, defect.Model(call)) is not { } mean)
        {
            return false;
        }

        var edits = defect.Edits.At(call);
        if (OptionalAxis(call, defect) is { } axis)
        {
            var arguments = call.ArgumentList.Arguments;
            var index = arguments.IndexOf(axis);
            edits.Replace(index > 0 ? TextSpan.FromBounds(arguments[index - 1].Span.End, axis.Span.End) : axis.Span, "");
            edits.Reduce(mean.Syntax, mean.Subject);
            return true;
        }

        if (InlinedHelper.Of(defect) is not { TotalSum: { } sum, Total: { } count })
        {
            return false;
        }

        if (TensorCall.Unwrap(mean.Subject) == call)
        {
            var outer = TensorCall.Wrapped(mean.Syntax);
            var needs = Parentheses.AreNeeded(Microsoft.CodeAnalysis.CSharp.SyntaxFactory.ParseExpression("a / b"), outer);
            edits.Replace(outer.Span, needs ? $"({sum} / {count})" : $"{sum} / {count}");
        }
        else
        {
            edits.Replace(call.Span, $"{sum} / {count}");
            edits.Reduce(mean.Syntax, mean.Subject);
        }

        return true;
    }

    /// <summary>The argument for an axis that the helper does without: then it averages over everything.</summary>
    private static ArgumentSyntax? OptionalAxis(InvocationExpressionSyntax call, Defect defect)
    {
        if (defect.Model(call).GetSymbolInfo(call).Symbol is not IMethodSymbol { DeclaringSyntaxReferences: [var reference] } method
            || reference.GetSyntax() is not MethodDeclarationSyntax helper)
        {
            return null;
        }

        var model = defect.Model(helper);
        var averagesOverAll = helper.DescendantNodes().OfType<ExpressionSyntax>().Any(part =>
            part is not ParenthesizedExpressionSyntax && Quotient.Of(part, model) is { } quotient && IsTotal(quotient.Numerator, model) && IsTotal(quotient.Denominator, model));
        if (!averagesOverAll)
        {
            return null;
        }

        foreach (var argument in call.ArgumentList.Arguments)
        {
            var parameter = argument.NameColon is { } name
                ? helper.ParameterList.Parameters.FirstOrDefault(candidate => candidate.Identifier.ValueText == name.Name.Identifier.ValueText)
                : helper.ParameterList.Parameters.ElementAtOrDefault(call.ArgumentList.Arguments.IndexOf(argument) + (method.ReducedFrom is null ? 0 : 1));
            if (parameter is { Type: NullableTypeSyntax, Default: not null } && call.ArgumentList.Arguments.Last() == argument)
            {
                return argument;
            }
        }

        return null;
    }

    private static bool IsTotal(ExpressionSyntax expression, SemanticModel model) =>
        TensorCall.Of(Quotient.WithoutFloor(LocalUse.Resolve(expression, model), model), model) is { Name: "sum", Arguments.Count: 0 };
}
