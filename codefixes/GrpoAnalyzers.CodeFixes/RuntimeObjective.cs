using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>GRPO001: a <c>GroupObjective</c> of GrpoAnalyzers.Runtime with the surrogate, bounds and penalty that the code has, and a corrected average.</summary>
internal static class RuntimeObjective
{
    public static bool TryEdit(Defect defect)
    {
        if (defect.Expression is not { } expression || RuntimeNames.At(expression, defect.Edits) is not { } names)
        {
            return defect.Refuse("the project does not reference the library");
        }

        if (defect.IsDecidedByCall || SharedHelper.Holds(defect))
        {
            return defect.Refuse("the average is made by a helper that serves others too");
        }

        if (Combiner.Outside(defect).Any(step => step.Kind is Trainer.StepKind.LoopSum or Trainer.StepKind.Combine))
        {
            return defect.Refuse("completions come one by one in a loop, and not as one batch");
        }

        var model = defect.Model(expression);
        if (WrittenLoss.Around(defect, TensorCall.Unwrap(expression)) is not { } loss || Weighting(defect, loss, names) is not { } weighting)
        {
            return defect.Refuse("there is no place for the constant that a part of a batch has to be divided by");
        }

        var edits = defect.Edits.At(loss.Whole);
        var indent = edits.LineBreak + edits.IndentOf(loss.Whole.FirstAncestorOrSelf<StatementSyntax>() ?? (SyntaxNode)loss.Whole) + "    ";
        var text = $"({names["GroupObjective"]}.DrGrpo with {{ {string.Join(", ", [weighting, .. Parts(loss, names)])} }})"
            + $"{indent}.Compute(new {names["LossInputs"]} {{ {string.Join(", ", Inputs(loss, names, model))} }}, metrics: false){indent}.Loss";
        var outer = TensorCall.Wrapped(loss.Whole);
        if (!loss.IsLoss)
        {
            if (Negation(outer, model) is { } negated)
            {
                outer = negated;
            }
            else
            {
                text = Parentheses.AreNeeded(SyntaxFactory.ParseExpression("-a"), outer) ? $"(-{text})" : "-" + text;
            }
        }

        edits.Replace(outer.Span, text);
        var unused = new UnusedDefinitions(model, edits);
        unused.Kept.UnionWith(SyntaxFactory.ParseExpression(text).DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText));
        unused.RemoveAfter(loss.Whole);
        names.Import();
        return true;
    }

    /// <summary>The negative that the code makes of an objective.</summary>
    private static ExpressionSyntax? Negation(ExpressionSyntax objective, SemanticModel model) => objective.Parent switch
    {
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus => TensorCall.Wrapped(minus),
        MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access when access.Expression == objective && TensorCall.Of(call, model) is { Name: "neg" or "negative" } => call,
        _ => null,
    };

    private static string? Weighting(Defect defect, WrittenLoss loss, RuntimeNames names)
    {
        if (!PartOfBatch.IsSeenBy(defect))
        {
            return $"Weighting = {names["Aggregation"]}.TokenMean";
        }

        return MaximumLength.For(loss.Whole, defect.Edits) is { } limit ? $"Weighting = {names["Aggregation"]}.Constant({limit})" : null;
    }

    private static IEnumerable<string> Parts(WrittenLoss loss, RuntimeNames names)
    {
        var surrogate = loss.Surrogate;
        if (surrogate.Clip is var (low, high))
        {
            yield return $"Surrogate = new {names["ClippedSurrogate"]}({names["Ratio"]}.Token, new {names["Clip"]}({low}, {high}))";
        }
        else
        {
            yield return $"Surrogate = new {names["UnclippedSurrogate"]}({names["Ratio"]}.{(surrogate.Old is null ? "Log" : "Token")})";
        }

        if (loss.Penalty is { } penalty)
        {
            yield return $"Regulariser = new {names["KlPenalty"]}({penalty.Coefficient}, {names["KlEstimator"]}.{penalty.Estimator})";
        }
    }

    private static IEnumerable<string> Inputs(WrittenLoss loss, RuntimeNames names, SemanticModel model)
    {
        var surrogate = loss.Surrogate;
        yield return $"LogProbs = {surrogate.LogProbs}";
        if (surrogate.Old is { } old)
        {
            yield return $"OldLogProbs = {old}";
        }

        if (loss.Penalty is { } penalty)
        {
            yield return $"ReferenceLogProbs = {penalty.Reference}";
        }

        yield return $"Mask = {loss.Mask}{(IsTruth(loss.Mask, model) ? "" : " > 0")}";
        yield return $"Advantages = {Advantages(surrogate, model)}";
        if (loss.BearsEmptyCompletions)
        {
            yield return $"EmptyCompletions = {names["EmptyCompletions"]}.Count";
        }
    }

    /// <summary>The library takes one advantage a completion, or one a token.</summary>
    private static string Advantages(WrittenSurrogate surrogate, SemanticModel model)
    {
        var value = Stability.ValueOf(surrogate.Advantages, model);
        return TensorCall.Of(value, model) is { Name: "unsqueeze", Arguments: [var axis] } column && axis.ToString() is "1" or "-1" && Stability.IsStable(column.Subject, model)
            ? column.Subject.ToString()
            : $"{surrogate.Advantages}.expand_as({surrogate.LogProbs})";
    }

    private static bool IsTruth(ExpressionSyntax mask, SemanticModel model)
    {
        var value = Stability.ValueOf(mask, model);
        return value is BinaryExpressionSyntax { OperatorToken.Text: "==" or "!=" or "<" or ">" or "<=" or ">=" }
            || TensorCall.Of(value, model) is { Name: "eq" or "ne" or "lt" or "gt" or "le" or "ge" or "logical_and" or "logical_or" or "logical_not" };
    }
}
