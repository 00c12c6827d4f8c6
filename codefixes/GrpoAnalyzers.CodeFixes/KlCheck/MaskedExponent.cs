using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>
/// The exponent of a ratio whose author masks the log-ratio itself: <c>((now - old) * mask).exp()</c>, <c>masked_fill(~mask, 0)</c>. Where what it
/// is multiplied with is the mask of the tokens, the log-ratio of each of them is as it was, and the others' are zero.
/// </summary>
internal sealed class MaskedExponent
{
    private readonly SemanticModel model;
    private readonly List<ExpressionSyntax> factors = [];
    private readonly List<(ExpressionSyntax Condition, bool IsNegated)> conditions = [];

    private MaskedExponent(SemanticModel model) => this.model = model;

    /// <summary>What the log-ratio is multiplied with: right only where this is a mask.</summary>
    public IReadOnlyList<ExpressionSyntax> Factors => factors;

    /// <summary>The conditions under which the log-ratio is set to zero, or is kept where they are negated.</summary>
    public IReadOnlyList<(ExpressionSyntax Condition, bool IsNegated)> Conditions => conditions;

    /// <summary>Reads an exponent; null where it is not a log-ratio of each token with masks on it.</summary>
    /// <param name="exponent">The argument of the exponential.</param>
    /// <param name="value">The same in the model of the trainer, where it is known.</param>
    /// <param name="model">The model of its file.</param>
    public static MaskedExponent? Read(ExpressionSyntax exponent, Node? value, SemanticModel model)
    {
        var read = new MaskedExponent(model);
        return read.IsLogRatio(exponent, value) ? read : null;
    }

    private bool IsLogRatio(ExpressionSyntax expression, Node? value)
    {
        expression = LocalUse.Resolve(expression, model);
        switch (expression)
        {
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.SubtractExpression }:
                return true;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product:
                return IsMasked(product.Left, product.Right, value) || IsMasked(product.Right, product.Left, value);
            case IdentifierNameSyntax name when model.GetSymbolInfo(name).Symbol is IParameterSymbol:
                // What a function is given is what the model says it is.
                return value is not null && Shape.Base(value) is { Op: Op.Sub } difference && PolicyPatterns.Difference(difference) == difference;
        }

        return TensorCall.Of(expression, model) switch
        {
            { Name: "sub" or "subtract" } => true,
            { Name: "mul" or "multiply", Arguments: [var other] } call => IsMasked(call.Subject, other.Expression, value) || IsMasked(other.Expression, call.Subject, value),
            { Name: "clamp" or "clip" } call => IsLogRatio(call.Subject, Below(value, Op.Clamp)),
            { Name: "masked_fill", Arguments: [var condition, var filling] } call => IsZero(filling.Expression) && Keep(condition.Expression, isNegated: true)
                && IsLogRatio(call.Subject, Below(value, Op.Where)),
            { Name: "where", Arguments: [var kept, var other] } call => IsZero(other.Expression) && Keep(call.Subject, isNegated: false) && IsLogRatio(kept.Expression, Below(value, Op.Where)),
            _ => false,
        };
    }

    private bool IsMasked(ExpressionSyntax inner, ExpressionSyntax factor, Node? value)
    {
        if (!TensorCall.IsTensor(model.GetTypeInfo(factor).Type) || !IsLogRatio(inner, Below(value, Op.Mul)))
        {
            return false;
        }

        factors.Add(TensorCall.Unwrap(factor));
        return true;
    }

    private bool Keep(ExpressionSyntax condition, bool isNegated)
    {
        conditions.Add((condition, isNegated));
        return true;
    }

    /// <summary>What an operation is applied to, on the way to the difference.</summary>
    private static Node? Below(Node? value, Op operation)
    {
        if (value is null || Shape.Base(value) is not { } node || node.Op != operation || PolicyPatterns.Difference(node) is not { } difference)
        {
            return null;
        }

        return node.Inputs.FirstOrDefault(input => PolicyPatterns.Difference(input) == difference);
    }

    private bool IsZero(ExpressionSyntax expression) =>
        model.GetConstantValue(expression) is { HasValue: true, Value: 0 or 0L or 0f or 0d }
        || (expression is InvocationExpressionSyntax call && model.GetSymbolInfo(call).Symbol is { Name: "zeros_like", ContainingType.Name: "torch" or "Tensor" });
}
