using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>The parts of a loss that is written out: the mean over completions of masked means over tokens of a policy's surrogate.</summary>
internal sealed class WrittenLoss
{
    private readonly SemanticModel model;
    private readonly Defect defect;

    private WrittenLoss(SemanticModel model, Defect defect) => (this.model, this.defect) = (model, defect);

    /// <summary>The mean over completions: all of it.</summary>
    public ExpressionSyntax Whole { get; private set; } = null!;

    /// <summary>What is averaged over completions.</summary>
    private ExpressionSyntax Rows { get; set; } = null!;

    /// <summary>Whether the whole falls as the surrogate rises, as a loss does.</summary>
    public bool IsLoss { get; private set; }

    public ExpressionSyntax Mask { get; private set; } = null!;

    /// <summary>Whether lengths are kept from being zero, so that completions without tokens are borne.</summary>
    public bool BearsEmptyCompletions { get; private set; }

    public WrittenSurrogate Surrogate { get; private set; } = null!;

    public WrittenPenalty? Penalty { get; private set; }

    /// <summary>The loss around a defect; null, with the reason at the defect, where it is written in another way.</summary>
    public static WrittenLoss? Around(Defect defect, ExpressionSyntax normalisation)
    {
        var loss = new WrittenLoss(defect.Model(normalisation), defect);
        return loss.Read(normalisation) ? loss : null;
    }

    private bool Read(ExpressionSyntax normalisation)
    {
        if (!Climb(normalisation))
        {
            return defect.Refuse("the completions' losses are not averaged by a mean in the same method");
        }

        var (sign, rows) = Signed(Rows);
        if (Tokens(rows) is not var (tokens, mask))
        {
            return defect.Refuse("the average over a completion is not a sum over masked tokens divided by the sum of the same mask");
        }

        Mask = mask;
        if (!Stability.IsStable(mask, model))
        {
            return defect.Refuse("the mask has no name that stands for the same everywhere in the method");
        }

        var factors = new List<ExpressionSyntax>();
        foreach (var (term, outer) in tokens)
        {
            var (inner, leaves) = Product.Of(term, model);
            sign *= outer * inner;
            factors.AddRange(leaves);
        }

        if (factors.RemoveAll(factor => AreSame(factor, mask)) == 0)
        {
            return defect.Refuse("the tokens are not multiplied with the mask that is counted");
        }

        return ReadTerms(factors, sign);
    }

    /// <summary>What the masked tokens are the product of: a surrogate, or a surrogate and a penalty.</summary>
    private bool ReadTerms(List<ExpressionSyntax> factors, int sign)
    {
        if (factors is [var only] && Stability.ValueOf(only, model) is BinaryExpressionSyntax { OperatorToken.Text: "+" or "-" } sum)
        {
            var (left, right) = (Product.Of(sum.Left, model), Product.Of(sum.Right, model));
            var rightSign = right.Sign * (sum.OperatorToken.Text == "-" ? -1 : 1);
            foreach (var (surrogate, surrogateSign, penalty, penaltySign) in new[] { (left.Factors, left.Sign, right.Factors, rightSign), (right.Factors, rightSign, left.Factors, left.Sign) })
            {
                if (WrittenPenalty.Of(penalty, model) is var (found, own) && WrittenSurrogate.Of(surrogate, model, defect) is var (policy, direction))
                {
                    var falls = sign * surrogateSign * direction < 0;
                    if (found.LogProbs.ToString() != policy.LogProbs.ToString() || falls != sign * penaltySign * own > 0)
                    {
                        return defect.Refuse("the penalty is not one that keeps the policy near another");
                    }

                    (Surrogate, Penalty, IsLoss) = (policy, found, falls);
                    return true;
                }
            }

            return defect.Refuse("the tokens' losses are a sum of more than a surrogate and a KL penalty");
        }

        if (WrittenSurrogate.Of(factors, model, defect) is not var (alone, sense))
        {
            return defect.Refuse("the tokens' losses are not a surrogate whose parts can be named: ratio, bounds, advantages");
        }

        (Surrogate, IsLoss) = (alone, sign * sense < 0);
        return true;
    }

    /// <summary>Finds the mean over completions, through signs and locals that nothing else reads.</summary>
    private bool Climb(ExpressionSyntax expression)
    {
        while (true)
        {
            var outer = TensorCall.Wrapped(expression);
            switch (outer.Parent)
            {
                case PrefixUnaryExpressionSyntax { OperatorToken.Text: "-" } minus:
                    expression = minus;
                    continue;
                case BinaryExpressionSyntax { OperatorToken.Text: "*" } product:
                    expression = product;
                    continue;
                case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator }
                    when model.GetDeclaredSymbol(declarator) is ILocalSymbol symbol && LocalUse.References(symbol, declarator, model) is [var only] && !LocalUse.IsWritten(only):
                    expression = only;
                    continue;
                case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access when access.Expression == outer && TensorCall.Of(call, model) is { } method:
                    if (method.Arguments.Count == 0 && method.Name is "mean" or "sum")
                    {
                        return IsMean(method);
                    }

                    if (method is { Name: "neg" or "negative" } or { Name: "mul" or "multiply" } or { Name: "sum", Arguments.Count: > 0 })
                    {
                        expression = call;
                        continue;
                    }

                    return false;
                case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } when TensorCall.Of(call, model) is { } function:
                    if (function is { Name: "mean" or "sum", IsStatic: true, Arguments.Count: 0 })
                    {
                        return IsMean(function);
                    }

                    if (function is { Name: "mul" or "multiply" } or { Name: "neg" or "negative" or "sum", IsStatic: true })
                    {
                        expression = call;
                        continue;
                    }

                    return false;
                default:
                    return false;
            }
        }
    }

    /// <summary>A mean, or a sum that is divided by the number of rows.</summary>
    private bool IsMean(TensorCall reduction)
    {
        Rows = reduction.Subject;
        Whole = reduction.Syntax;
        if (reduction.Name == "mean")
        {
            return true;
        }

        var outer = TensorCall.Wrapped(reduction.Syntax);
        var division = outer.Parent switch
        {
            BinaryExpressionSyntax { OperatorToken.Text: "/" } quotient when quotient.Left == outer => quotient,
            MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access when access.Expression == outer => call,
            _ => (ExpressionSyntax?)null,
        };
        if (division is null || Quotient.Of(division, model) is not { } found || !Combiner.IsNumberOfRows(found.Denominator, model))
        {
            return false;
        }

        Whole = found.Syntax;
        return true;
    }

    private (int Sign, ExpressionSyntax Of) Signed(ExpressionSyntax expression)
    {
        var sign = 1;
        while (true)
        {
            expression = Stability.ValueOf(expression, model);
            var inner = expression is PrefixUnaryExpressionSyntax { OperatorToken.Text: "-" } minus ? minus.Operand
                : TensorCall.Of(expression, model) is { Name: "neg" or "negative" } neg ? neg.Subject
                : null;
            if (inner is null)
            {
                return (sign, expression);
            }

            (sign, expression) = (-sign, inner);
        }
    }

    /// <summary>The factors, with their signs, of what is summed over a completion's tokens, and the mask whose sum divides it.</summary>
    private ((ExpressionSyntax Term, int Sign)[] Tokens, ExpressionSyntax Mask)? Tokens(ExpressionSyntax rows)
    {
        if (RowSum(rows) is null && LengthNormalisation.Of(rows, model) is { Length: { } length } quotient)
        {
            // (x * m).sum(1) / m.sum(1)
            var (sign, numerator) = Signed(quotient.Tokens);
            return RowSum(numerator) is { } sum && Length(length) is { } mask ? ([(sum, sign)], mask) : null;
        }

        // (x * (m / m.sum(1, keepdim: true))).sum(1)
        if (RowSum(rows) is not { } product)
        {
            return null;
        }

        var (outer, factors) = Product.Of(product, model);
        if (factors.Find(factor => Quotient.Of(Stability.ValueOf(factor, model), model) is not null) is not { } weight
            || Quotient.Of(Stability.ValueOf(weight, model), model) is not { } share
            || Length(share.Denominator) is not { } counted || !AreSame(share.Numerator, counted))
        {
            return null;
        }

        factors.Remove(weight);
        return ([(counted, outer), .. factors.Select(factor => (factor, 1))], counted);
    }

    /// <summary>What a length sums up.</summary>
    private ExpressionSyntax? Length(ExpressionSyntax denominator)
    {
        var value = Stability.ValueOf(denominator, model);
        var bare = Stability.ValueOf(Quotient.WithoutFloor(value, model), model);
        BearsEmptyCompletions = bare != value;
        return RowSum(bare) is { } mask ? TensorCall.Unwrap(mask) : null;
    }

    /// <summary>The <c>x</c> of <c>x.sum(1)</c>.</summary>
    private ExpressionSyntax? RowSum(ExpressionSyntax expression) =>
        TensorCall.Of(Stability.ValueOf(expression, model), model) is { Name: "sum", Arguments: [var axis, ..] } sum && Axis(axis.Expression) is "1" or "1L" or "-1" or "-1L" ? sum.Subject : null;

    private static string Axis(ExpressionSyntax axis) => axis switch
    {
        CollectionExpressionSyntax { Elements: [ExpressionElementSyntax only] } => only.ToString(),
        ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: [var only] } => only.ToString(),
        ArrayCreationExpressionSyntax { Initializer.Expressions: [var only] } => only.ToString(),
        _ => axis.ToString(),
    };

    private bool AreSame(ExpressionSyntax left, ExpressionSyntax right) => Product.AreSame(left, right, model);
}
