using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GrpoAnalyzers.CodeFixes;

/// <summary><c>((x * m).sum(1) / m.sum(1)).mean()</c> as <c>(x * m).sum() / m.sum()</c>.</summary>
internal static class TokenMean
{
    public static bool TryEdit(LengthNormalisation length, SemanticModel model, SourceEdits edits)
    {
        if (length.Form != LengthForm.Quotient
            || RowSum(length.Tokens, isLength: false, model) is not { } numerator
            || RowSum(length.Length!, isLength: true, model) is not { } denominator
            || Axis(numerator.Sum, model) is not { } axis
            || Axis(denominator.Sum, model) is not { } lengthAxis
            || !AreSame(axis, lengthAxis)
            || MeanOverRows(length.Syntax, model) is not { } mean)
        {
            return false;
        }

        SumOverAll(numerator, edits);
        SumOverAll(denominator, edits);
        edits.Reduce(mean.Syntax, mean.Subject);
        return true;
    }

    /// <summary>A mean over each completion's tokens, and the mean of these, become one mean over all.</summary>
    public static bool OfAll(LengthNormalisation length, SemanticModel model, SourceEdits edits)
    {
        if (TensorCall.Of(length.Syntax, model) is not { Arguments.Count: 1 } call || MeanOverRows(length.Syntax, model) is not { } mean)
        {
            return false;
        }

        DropAxes(call, edits);
        edits.Reduce(mean.Syntax, mean.Subject);
        return true;
    }

    /// <summary>The sum over one axis that an expression is, written in place or as a local.</summary>
    private static (TensorCall Sum, ExpressionSyntax? SharedAt)? RowSum(ExpressionSyntax expression, bool isLength, SemanticModel model)
    {
        ExpressionSyntax? sharedAt = null;
        while (true)
        {
            expression = isLength ? Quotient.WithoutFloor(expression, model) : TensorCall.Unwrap(expression);
            if (LocalUse.Of(expression, model) is { } local)
            {
                // A local that something else reads too keeps its rows; they are summed where they are used here.
                if (local.Reads.Count > 1)
                {
                    sharedAt ??= expression;
                }

                expression = local.Value;
                continue;
            }

            return TensorCall.Of(expression, model) is { Name: "sum" } sum ? (sum, sharedAt) : null;
        }
    }

    private static void SumOverAll((TensorCall Sum, ExpressionSyntax? SharedAt) rowSum, SourceEdits edits)
    {
        if (rowSum.SharedAt is { } shared)
        {
            edits.Insert(shared.Span.End, ".sum()");
            return;
        }

        DropAxes(rowSum.Sum, edits);
    }

    /// <summary>Makes a reduction over axes one over all elements.</summary>
    public static void DropAxes(TensorCall reduction, SourceEdits edits)
    {
        var arguments = reduction.Syntax.ArgumentList.Arguments;
        var kept = reduction.IsStatic ? 1 : 0;
        edits.Replace(
            TextSpan.FromBounds(kept == 1 ? arguments[0].Span.End : arguments[0].SpanStart, arguments.Last().Span.End),
            "");
    }

    /// <summary>The one axis that a sum names, a constant.</summary>
    private static long? Axis(TensorCall sum, SemanticModel model)
    {
        if (sum.Arguments.Count == 0 || sum.Arguments.Skip(1).Any(argument => argument.NameColon?.Name.Identifier.ValueText is "type" or "dtype"))
        {
            return null;
        }

        var axis = sum.Arguments[0];
        if (axis.NameColon is { Name.Identifier.ValueText: not ("dim" or "dimension") })
        {
            return null;
        }

        var value = axis.Expression switch
        {
            CollectionExpressionSyntax { Elements: [ExpressionElementSyntax only] } => only.Expression,
            ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: [var only] } => only,
            ArrayCreationExpressionSyntax { Initializer.Expressions: [var only] } => only,
            var plain => plain,
        };
        return model.GetConstantValue(value).Value switch
        {
            int number => number,
            long number => number,
            _ => null,
        };
    }

    /// <summary>The sums are over a batch of rows of tokens, two axes: the last is axis 1.</summary>
    private static bool AreSame(long axis, long lengthAxis) => axis == lengthAxis || (axis is 1 or -1 && lengthAxis is 1 or -1);

    /// <summary>The mean that is the only reader of an expression or of the local that holds it.</summary>
    public static TensorCall? MeanOverRows(ExpressionSyntax expression, SemanticModel model)
    {
        var outer = TensorCall.Wrapped(expression);
        switch (outer.Parent)
        {
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator }
                when model.GetDeclaredSymbol(declarator) is ILocalSymbol symbol
                    && LocalUse.References(symbol, declarator, model) is [var only]
                    && !LocalUse.IsWritten(only):
                return MeanOverRows(only, model);
            case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access when access.Expression == outer:
                return Mean(call, model);
            case ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } }:
                return Mean(call, model);
            default:
                return null;
        }
    }

    private static TensorCall? Mean(InvocationExpressionSyntax call, SemanticModel model) =>
        TensorCall.Of(call, model) is { Name: "mean", Arguments.Count: 0 } mean ? mean : null;
}
