using GrpoAnalyzers.CodeFixes.KlCheck;
using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.Guarding;

/// <summary>The two policies' sides of a ratio, as its author wrote them.</summary>
/// <param name="Written">The difference of log-probabilities, or the quotient of probabilities.</param>
/// <param name="New">The side of the policy in training.</param>
/// <param name="Old">The side of the policy that sampled.</param>
internal sealed record RatioSides(ExpressionSyntax Written, RatioSides.Side New, RatioSides.Side Old)
{
    /// <summary>One side: a log-probability, or a probability of which the logarithm is taken.</summary>
    internal readonly record struct Side(ExpressionSyntax Expression, bool IsProbability)
    {
        public string Text => With(IsProbability ? TokenMask.Written(Expression) : Expression.ToString());

        /// <summary>The log-probability, where the expression has another name.</summary>
        public string With(string name) => IsProbability ? name + ".log()" : name;
    }

    public static RatioSides? Of(Node ratio, Func<SyntaxNode, SemanticModel> models)
    {
        var whole = ratio.Op is Op.Exp or Op.Div ? ratio : ratio.Inputs.FirstOrDefault();
        var node = whole?.Op switch
        {
            Op.Exp => PolicyPatterns.Difference(whole[0]),
            Op.Div => whole,
            _ => null,
        };
        if (node?.Site.Syntax is not ExpressionSyntax written || Operands(TensorCall.Unwrap(written), node.Op, models(written)) is not var (left, right))
        {
            return null;
        }

        return ReferenceEquals(UpdateLoop.Orient(node[0], node[1]).New, node[0]) ? new RatioSides(written, left, right)
            : node.Op == Op.Div ? null
            : new RatioSides(written, right, left);
    }

    private static (Side Left, Side Right)? Operands(ExpressionSyntax expression, Op op, SemanticModel model)
    {
        if (expression is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.SubtractExpression } binary)
        {
            return op == Op.Sub ? (LogProb(binary.Left), LogProb(binary.Right)) : null;
        }

        if (TensorCall.Of(expression, model) is { Name: "sub" or "subtract", Arguments: [var subtracted] } call)
        {
            return op == Op.Sub ? (LogProb(call.Subject), LogProb(subtracted.Expression)) : null;
        }

        // The quotient of two exponentials is the exponential of a difference.
        return Quotient.Of(expression, model) is { } quotient && (Probability(quotient.Numerator, model), Probability(quotient.Denominator, model)) is var (left, right)
            && (op == Op.Div || !(left.IsProbability || right.IsProbability))
                ? (left, right)
                : null;
    }

    private static Side LogProb(ExpressionSyntax expression) => new(TensorCall.Unwrap(expression), IsProbability: false);

    /// <summary>The exponential of a log-probability, or the probability itself.</summary>
    private static Side Probability(ExpressionSyntax expression, SemanticModel model) =>
        TensorCall.Of(LocalUse.Resolve(expression, model), model) is { Name: "exp", Arguments.Count: 0 } call ? LogProb(call.Subject) : new Side(TensorCall.Unwrap(expression), IsProbability: true);
}
