using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>GRPO001: sums over completions are divided by a constant, the same for all of them.</summary>
internal static class ConstantNormaliser
{
    public static bool TryEdit(Defect defect)
    {
        if (defect.IsDecidedByCall || SharedHelper.Holds(defect))
        {
            return InlinedHelper.Of(defect) is { } helper
                && MaximumLength.For(helper.Call, defect.Edits) is { } normaliser
                && Write(defect, helper.Call, $"{helper.TokenSum} / {normaliser}");
        }

        if (defect.Expression is not { } expression
            || LengthNormalisation.Of(expression, defect.Model(expression)) is not { } length
            || !IsAllThatDivides(defect, length)
            || MaximumLength.For(length.Syntax, defect.Edits) is not { } limit)
        {
            return false;
        }

        var model = defect.Model(expression);
        var edits = defect.Edits.At(expression);
        switch (length.Form)
        {
            case LengthForm.Quotient or LengthForm.Assignment when model.GetTypeInfo(length.Tokens).Type is not { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 }:
                edits.Replace(TensorCall.Wrapped(length.Length!).Span, limit);
                defect.Edits.Drop(length.Length!);
                return true;
            case LengthForm.Product when length.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: var name } access } && access.Expression == length.Tokens:
                edits.Replace(name.Span, "div");
                edits.Replace(length.Inverse!.Span, limit);
                defect.Edits.Drop(length.Inverse!);
                return true;
            case LengthForm.Product:
                defect.Edits.Drop(length.Inverse!);
                return Write(defect, length.Syntax, $"{Operand(length.Tokens)} / {limit}");
            case LengthForm.Mean:
                return SumOf(length.Syntax, model) is { } sum && Write(defect, length.Syntax, $"{sum} / {limit}");
            case LengthForm.Reduction:
                return SumReduction((InvocationExpressionSyntax)length.Syntax, model) is { } reduced && Write(defect, length.Syntax, $"{reduced} / {limit}");
            default:
                return false;
        }
    }

    /// <summary>Whether the divisor is the length and nothing besides.</summary>
    private static bool IsAllThatDivides(Defect defect, LengthNormalisation length) =>
        length.Length is null || defect.At.Op != Graph.Op.Div || Shape.Factors(defect.At[1]).Count == 1;

    private static bool Write(Defect defect, ExpressionSyntax replaced, string quotient)
    {
        var outer = TensorCall.Wrapped(replaced);
        var text = Parentheses.AreNeeded(SyntaxFactory.ParseExpression("a / b"), outer) ? $"({quotient})" : quotient;
        defect.Edits.At(replaced).Replace(outer.Span, text);
        return true;
    }

    private static string Operand(ExpressionSyntax expression) => TensorCall.Unwrap(expression) is BinaryExpressionSyntax binary && !binary.IsKind(SyntaxKind.MultiplyExpression)
        ? $"({TensorCall.Unwrap(expression)})"
        : expression.ToString();

    /// <summary><c>x.mean(1)</c> as <c>x.sum(1)</c>.</summary>
    private static string? SumOf(ExpressionSyntax mean, SemanticModel model)
    {
        var call = TensorCall.Of(mean, model)!;
        var name = call.Syntax.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Name,
            SimpleNameSyntax simple => simple,
            _ => null,
        };
        if (name is null || name.SyntaxTree != mean.SyntaxTree)
        {
            return null;
        }

        var text = call.Syntax.ToString();
        var start = call.Syntax.SpanStart;
        // A single axis is written as a number: a list in brackets would fit several overloads.
        if (call.Arguments is [{ Expression: CollectionExpressionSyntax { Elements: [ExpressionElementSyntax only] } list }, ..])
        {
            text = text.Remove(list.SpanStart - start, list.Span.Length).Insert(list.SpanStart - start, only.Expression.ToString() == "0" ? "0L" : only.Expression.ToString());
        }

        return text.Remove(name.SpanStart - start, name.Span.Length).Insert(name.SpanStart - start, "sum");
    }

    /// <summary>The loss function with its sum instead of its mean.</summary>
    private static string? SumReduction(InvocationExpressionSyntax call, SemanticModel model)
    {
        if (LengthNormalisation.ReductionOf(call, model) is not { } reduction)
        {
            return null;
        }

        var sum = reduction.Type.ToMinimalDisplayString(model, call.SpanStart) + ".Sum";
        var text = call.ToString();
        if (call.ArgumentList.Arguments.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText == reduction.Name) is { } given)
        {
            return text.Remove(given.Expression.SpanStart - call.SpanStart, given.Expression.Span.Length).Insert(given.Expression.SpanStart - call.SpanStart, sum);
        }

        return text.Insert(call.ArgumentList.CloseParenToken.SpanStart - call.SpanStart, $", {reduction.Name}: {sum}");
    }
}
