using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>A KL penalty that is written out.</summary>
/// <param name="LogProbs">The log-probabilities that carry the gradient.</param>
/// <param name="Reference">Those of the policy that is kept near.</param>
/// <param name="Coefficient">What it is multiplied with.</param>
/// <param name="Estimator">The name of its estimator in the library.</param>
internal sealed record WrittenPenalty(ExpressionSyntax LogProbs, ExpressionSyntax Reference, string Coefficient, string Estimator)
{
    /// <summary>The penalty that factors multiply to, and its sign.</summary>
    public static (WrittenPenalty Penalty, int Sign)? Of(IReadOnlyList<ExpressionSyntax> factors, SemanticModel model)
    {
        if (factors is not [var left, var right])
        {
            return null;
        }

        foreach (var (coefficient, divergence) in new[] { (left, right), (right, left) })
        {
            if (TensorCall.IsTensor(model.GetTypeInfo(coefficient).Type) || !Stability.IsStable(coefficient, model))
            {
                continue;
            }

            var value = Stability.ValueOf(divergence, model);
            if (K3(value, model) is var (logProbs, reference))
            {
                return (new WrittenPenalty(logProbs, reference, coefficient.ToString(), "K3"), 1);
            }

            if (Difference.Of(value, model) is var (policy, other) && Stability.IsStable(policy, model) && Stability.IsStable(other, model))
            {
                return (new WrittenPenalty(policy, other, coefficient.ToString(), "K1"), 1);
            }
        }

        return null;
    }

    /// <summary><c>d.exp() - d - 1</c> for <c>d = reference - policy</c>.</summary>
    private static (ExpressionSyntax LogProbs, ExpressionSyntax Reference)? K3(ExpressionSyntax value, SemanticModel model)
    {
        if (value is not BinaryExpressionSyntax { OperatorToken.Text: "-", Left: var rest, Right: var one }
            || model.GetConstantValue(one) is not { HasValue: true, Value: 1 or 1f or 1d or 1L }
            || TensorCall.Unwrap(rest) is not BinaryExpressionSyntax { OperatorToken.Text: "-" } difference
            || TensorCall.Of(difference.Left, model) is not { Name: "exp" } exponential
            || Stability.ValueOf(exponential.Subject, model) != Stability.ValueOf(difference.Right, model) && !Product.AreSame(exponential.Subject, difference.Right, model)
            || Difference.Of(exponential.Subject, model) is not var (reference, policy)
            || !Stability.IsStable(reference, model) || !Stability.IsStable(policy, model))
        {
            return null;
        }

        return (policy, reference);
    }
}
