using GrpoAnalyzers.CodeFixes.KlCheck;
using GrpoAnalyzers.Graph;
using Microsoft.CodeAnalysis;
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
    /// <param name="name">Gives a call, of probabilities or of their logarithms, a local of its own, and the local's name.</param>
    public static (LogProbPair? Pair, string Unproved) Of(Node ratio, StatementSyntax anchor, Func<SyntaxNode, SemanticModel> models, Func<NamedCall, bool, string> name)
    {
        if (RatioSides.Of(ratio, models) is not { } sides || Functions.Around(sides.Written) != Functions.Around(anchor))
        {
            return (null, NotADifference);
        }

        var model = models(sides.Written);
        var values = new StableValues(anchor, model);
        var (current, old) = (sides.New.Expression, sides.Old.Expression);
        var named = values.Holds(current) ? null : NamedCall.Of(current, anchor, model);
        if (!values.Holds(old) || (named is null && !values.Holds(current)))
        {
            return (null, NotAtHand);
        }

        if (!new TokenMaskSearch(Functions.Around(sides.Written), models).TryFind(StartOf(ratio, sides.Written, models), out var mask)
            || (mask is not null && !values.Holds(mask.Expression)) || (mask is null && IsChosen(ratio, models)))
        {
            return (null, NoMask);
        }

        if (IsReshaped(current, model) != IsReshaped(old, model) || (mask is not null && !IsReshaped(current, model) && IsReshaped(mask.Expression, model)))
        {
            return (null, NotOneShape);
        }

        return (new LogProbPair(named is null ? sides.New.Text : sides.New.With(name(named, sides.New.IsProbability)), sides.Old.Text, mask?.Text), "");
    }

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
