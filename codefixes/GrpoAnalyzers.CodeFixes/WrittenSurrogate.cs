using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A policy's surrogate that is written out, in the names that its method has for its parts.</summary>
/// <param name="LogProbs">The log-probabilities that carry the gradient.</param>
/// <param name="Old">Those of the policy that sampled; null where there is no ratio.</param>
/// <param name="Advantages">The advantages, as they are multiplied.</param>
/// <param name="Clip">The distances of the bounds from 1; null where nothing is clipped.</param>
internal sealed record WrittenSurrogate(ExpressionSyntax LogProbs, ExpressionSyntax? Old, ExpressionSyntax Advantages, (string Low, string High)? Clip)
{
    /// <summary>The surrogate that factors multiply to, and whether it comes with a minus.</summary>
    public static (WrittenSurrogate Surrogate, int Sign)? Of(IReadOnlyList<ExpressionSyntax> factors, SemanticModel model, Defect defect)
    {
        if (factors is [var only] && TensorCall.Of(Stability.ValueOf(only, model), model) is { } choice)
        {
            var direction = choice.Name switch
            {
                "min" or "minimum" or "fmin" => 1,
                "max" or "maximum" or "fmax" => -1,
                _ => 0,
            };
            return direction != 0 && choice.Arguments is [var second] ? Pair(choice.Subject, second.Expression, direction, model) : null;
        }

        if (factors is not [var left, var right])
        {
            return null;
        }

        foreach (var (policy, advantages) in new[] { (left, right), (right, left) })
        {
            if (Ratio(policy, model) is var (logProbs, old) && IsNamed(advantages, model))
            {
                return (new WrittenSurrogate(logProbs, old, advantages, null), 1);
            }

            if (defect.Term.Form == Trainer.PolicyForm.LogProb && Stability.IsStable(policy, model) && IsNamed(advantages, model) && IsPolicy(policy, model, defect))
            {
                return (new WrittenSurrogate(policy, null, advantages, null), 1);
            }
        }

        return null;
    }

    /// <summary>min(s A, clip(s) A), or max(-s A, -clip(s) A), which is its negative.</summary>
    private static (WrittenSurrogate Surrogate, int Sign)? Pair(ExpressionSyntax first, ExpressionSyntax second, int direction, SemanticModel model)
    {
        var (one, other) = (Product.Of(first, model), Product.Of(second, model));
        if (one.Sign != direction || other.Sign != direction || one.Factors.Count != 2 || other.Factors.Count != 2)
        {
            return null;
        }

        foreach (var (free, bounded) in new[] { (one.Factors, other.Factors), (other.Factors, one.Factors) })
        {
            if (free.Find(factor => bounded.Exists(found => Product.AreSame(found, factor, model))) is not { } advantages
                || free.Find(factor => factor != advantages) is not { } ratio
                || bounded.Find(factor => !Product.AreSame(factor, advantages, model)) is not { } clipped
                || TensorCall.Of(Stability.ValueOf(clipped, model), model) is not { Name: "clamp" or "clip", Arguments: [var low, var high] } clamp
                || !Product.AreSame(clamp.Subject, ratio, model)
                || Ratio(ratio, model) is not var (logProbs, old)
                || Distance(low.Expression, "-", model) is not { } below
                || Distance(high.Expression, "+", model) is not { } above
                || !IsNamed(advantages, model))
            {
                continue;
            }

            return (new WrittenSurrogate(logProbs, old, advantages, (below, above)), direction);
        }

        return null;
    }

    /// <summary>The two log-probabilities of a ratio.</summary>
    private static (ExpressionSyntax LogProbs, ExpressionSyntax Old)? Ratio(ExpressionSyntax expression, SemanticModel model) =>
        TensorCall.Of(Stability.ValueOf(expression, model), model) is { Name: "exp", Arguments.Count: 0 } exponential && Difference.Of(exponential.Subject, model) is var (logProbs, old)
            && Stability.IsStable(logProbs, model) && Stability.IsStable(old, model)
            ? (logProbs, old)
            : null;

    /// <summary>The <c>e</c> of <c>1 - e</c> or <c>1 + e</c>, or the distance of a constant from 1.</summary>
    private static string? Distance(ExpressionSyntax bound, string sign, SemanticModel model)
    {
        if (model.GetConstantValue(bound) is { HasValue: true, Value: IConvertible number } && bound is LiteralExpressionSyntax)
        {
            var distance = (number.ToDecimal(CultureInfo.InvariantCulture) - 1) * (sign == "-" ? -1 : 1);
            return distance > 0 ? distance.ToString("0.############", CultureInfo.InvariantCulture) : null;
        }

        return TensorCall.Unwrap(bound) is BinaryExpressionSyntax written && written.OperatorToken.Text == sign
            && model.GetConstantValue(written.Left) is { HasValue: true, Value: 1 or 1f or 1d or 1L } && Stability.IsStable(written.Right, model)
            ? written.Right.ToString()
            : null;
    }

    private static bool IsNamed(ExpressionSyntax advantages, SemanticModel model) =>
        Stability.IsStable(advantages, model) || (TensorCall.Of(advantages, model) is { IsView: true, IsStatic: false } view && IsNamed(view.Subject, model));

    /// <summary>Whether the log-probability that the rules found is in an expression, or in a helper that it calls.</summary>
    private static bool IsPolicy(ExpressionSyntax expression, SemanticModel model, Defect defect)
    {
        var value = Stability.ValueOf(expression, model);
        for (var site = defect.Term.Policy.Site; site is not null; site = site.Caller)
        {
            if (site.Syntax is { } syntax && syntax.SyntaxTree == value.SyntaxTree && value.Span.Contains(syntax.Span))
            {
                return true;
            }
        }

        return false;
    }
}
