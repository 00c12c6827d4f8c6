using GrpoAnalyzers.CodeFixes.KlCheck;
using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.Guarding;

/// <summary>The log-probabilities that a ratio compares and the tokens that the loss counts, as a place in the code can name them.</summary>
/// <param name="New">Those of the policy in training.</param>
/// <param name="Old">Those of the policy that sampled.</param>
/// <param name="Mask">The tokens; null where all count.</param>
internal sealed record LogProbPair(string New, string Old, string? Mask)
{
    public const string NotADifference = "the ratio is not made of a difference of log-probabilities that is written as one";
    public const string NotAtHand = "the log-probabilities do not stand, as they were, before the step";
    public const string NoMask = "which tokens are real: no mask of them was found that still holds before the step";
    public const string NotOneShape = "that mask and log-probabilities, of which one is brought into another shape, have the same shape";

    /// <summary>A guard's arguments.</summary>
    public override string ToString() => Mask is null ? $"{New}, {Old}" : $"{New}, {Old}, {Mask}";

    /// <summary>The pair for a place where a guard is to be asked, or what could not be proved.</summary>
    /// <param name="ratio">The ratio, or its difference from one.</param>
    /// <param name="anchor">The statement before which it is asked.</param>
    /// <param name="models">The models of the trees.</param>
    public static (LogProbPair? Pair, string Unproved) Of(Node ratio, StatementSyntax anchor, Func<SyntaxNode, SemanticModel> models)
    {
        var exponential = ratio.Op == Op.Exp ? ratio : ratio.Inputs.FirstOrDefault();
        if (exponential is not { Op: Op.Exp } || PolicyPatterns.Difference(exponential[0]) is not { } difference
            || difference.Site.Syntax is not ExpressionSyntax written || Functions.Around(written) != Functions.Around(anchor)
            || Operands(TensorCall.Unwrap(written), models(written)) is not var (left, right))
        {
            return (null, NotADifference);
        }

        var model = models(written);
        var values = new StableValues(anchor, model);
        if (!values.Holds(left) || !values.Holds(right))
        {
            return (null, NotAtHand);
        }

        if (!new TokenMaskSearch(Functions.Around(written), models).TryFind(StartOf(ratio, written, models), out var mask)
            || (mask is not null && !values.Holds(mask.Expression)) || (mask is null && IsChosen(ratio, models)))
        {
            return (null, NoMask);
        }

        if (IsReshaped(left, model) != IsReshaped(right, model) || (mask is not null && !IsReshaped(left, model) && IsReshaped(mask.Expression, model)))
        {
            return (null, NotOneShape);
        }

        var isInOrder = ReferenceEquals(UpdateLoop.Orient(difference[0], difference[1]).New, difference[0]);
        return (new LogProbPair((isInOrder ? left : right).ToString(), (isInOrder ? right : left).ToString(), mask?.Text), "");
    }

    private static (ExpressionSyntax Left, ExpressionSyntax Right)? Operands(ExpressionSyntax difference, SemanticModel model) => difference switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.SubtractExpression } binary => (TensorCall.Unwrap(binary.Left), TensorCall.Unwrap(binary.Right)),
        _ => TensorCall.Of(difference, model) is { Name: "sub" or "subtract", Arguments: [var subtracted] } call
            ? (TensorCall.Unwrap(call.Subject), TensorCall.Unwrap(subtracted.Expression))
            : null,
    };

    /// <summary>Where the way to the loss begins on which the mask is: at the ratio, or before it where that is one of whole sequences.</summary>
    private static ExpressionSyntax StartOf(Node ratio, ExpressionSyntax difference, Func<SyntaxNode, SemanticModel> models)
    {
        if (ratio.Site.Syntax is not ExpressionSyntax syntax || Functions.Around(syntax) != Functions.Around(difference))
        {
            return difference;
        }

        syntax = TensorCall.Unwrap(syntax);
        return KlEstimate.Exponential(syntax, models(syntax)) is { } exponent && KlEstimate.LogRatioIn(exponent, models(syntax)) is null ? difference : syntax;
    }

    /// <summary>Whether a condition has chosen the tokens before the exponential was taken.</summary>
    private static bool IsChosen(Node ratio, Func<SyntaxNode, SemanticModel> models) =>
        ratio.Site.Syntax is ExpressionSyntax syntax && KlEstimate.Exponential(TensorCall.Unwrap(syntax), models(syntax)) is { } exponent
        && LocalUse.Resolve(exponent, models(syntax)) is { } value && TensorCall.Of(value, models(syntax)) is { Name: "where" or "masked_fill" };

    private static bool IsReshaped(ExpressionSyntax expression, SemanticModel model) =>
        TensorCall.Of(LocalUse.Resolve(expression, model), model) is { Name: "unsqueeze" or "expand" or "expand_as" or "view" or "reshape" or "flatten" };
}
