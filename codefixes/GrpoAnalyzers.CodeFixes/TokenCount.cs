using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>GRPO001: the sum over the batch is divided by the number of its tokens.</summary>
internal static class TokenCount
{
    public static bool TryEdit(Defect defect)
    {
        if (PartOfBatch.IsSeenBy(defect))
        {
            return false;
        }

        if (defect.IsDecidedByCall || SharedHelper.Holds(defect))
        {
            return TokenMeanCall.TryEdit(defect);
        }

        if (defect.Expression is not { } expression || LengthNormalisation.Of(expression, defect.Model(expression)) is not { } length)
        {
            return false;
        }

        var model = defect.Model(expression);
        if (length.Form == LengthForm.NanMean)
        {
            return TokenMean.OfAll(length, model, defect.Edits.At(expression));
        }

        if (Combiner.Outside(defect).Any(step => step.Kind is StepKind.LoopSum or StepKind.Combine))
        {
            return CompletionLoop.TryEdit(defect, length);
        }

        return length.Length is not null
            && (TokenMean.TryEdit(length, model, defect.Edits.At(expression)) || OverBatch(defect, length));
    }

    /// <summary>The length becomes that of all completions, and their mean becomes a sum.</summary>
    private static bool OverBatch(Defect defect, LengthNormalisation length)
    {
        if (Combiner.Of(defect) is not { } combiner
            || !Readers.ScalesOnly(length.Syntax, defect.At.Site, combiner.Syntax, defect.Edits)
            || (length.Inverse is { } inverse && LocalUse.Of(inverse, defect.Model(inverse)) is { Reads.Count: > 1 })
            || (defect.At.Op == Op.Div && Shape.Factors(defect.At[1]).Count > 1)
            || !SumOverAll(length.Length!, defect))
        {
            return false;
        }

        combiner.Edit();
        return true;
    }

    /// <summary>Makes a tensor of lengths the sum of them.</summary>
    private static bool SumOverAll(ExpressionSyntax lengths, Defect defect)
    {
        var model = defect.Model(lengths);
        var edits = defect.Edits.At(lengths);
        while (true)
        {
            lengths = Quotient.WithoutFloor(lengths, model);
            if (LocalUse.Of(lengths, model) is { Reads.Count: 1 } local)
            {
                lengths = local.Value;
                continue;
            }

            switch (TensorCall.Of(lengths, model))
            {
                case { Name: "unsqueeze" or "view" or "reshape" or "expand_as" or "expand" } shaped:
                    edits.Reduce(shaped.Syntax, shaped.Subject);
                    lengths = shaped.Subject;
                    continue;
                case { Name: "sum", Arguments.Count: 0 } or { Name: "numel" }:
                    return false;
                case { Name: "sum" } sum:
                    TokenMean.DropAxes(sum, edits);
                    return true;
            }

            if (!TensorCall.IsTensor(model.GetTypeInfo(lengths).Type))
            {
                return false;
            }

            var wrap = lengths is BinaryExpressionSyntax or PrefixUnaryExpressionSyntax or CastExpressionSyntax or ConditionalExpressionSyntax && lengths.Parent is not ParenthesizedExpressionSyntax;
            var end = lengths.Parent is ParenthesizedExpressionSyntax parenthesized ? parenthesized.Span.End : lengths.Span.End;
            if (wrap)
            {
                edits.Insert(lengths.SpanStart, "(");
            }

            edits.Insert(end, wrap ? ").sum()" : ".sum()");
            return true;
        }
    }
}
