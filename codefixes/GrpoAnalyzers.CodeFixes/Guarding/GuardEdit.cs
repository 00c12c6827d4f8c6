using GrpoAnalyzers.CodeFixes.KlCheck;
using GrpoAnalyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.Guarding;

/// <summary>Makes a guard before the loop that repeats an update, hands it to where the update is made, and asks it there.</summary>
internal sealed class GuardEdit
{
    /// <summary>A start for the limit; the page of the rule says so.</summary>
    private const string Limit = "MaxKl = 0.02";

    private const string OtherCallers = "that a function which would be handed the guard is called from nowhere else, where there is none";

    private readonly RepeatedUpdate update;
    private readonly Func<SyntaxNode, SourceEdits> edits;
    private readonly Func<SyntaxNode, SemanticModel> models;
    private readonly Func<ExpressionSyntax, string> typeAt;
    private readonly Names names;
    private readonly Idiom idiom;
    private readonly string guard;

    /// <param name="update">The update and its loop.</param>
    /// <param name="edits">The edits of the document that a node stands in.</param>
    /// <param name="models">The models of the trees.</param>
    /// <param name="typeAt">The name of the guard's type at a place; its directive is added.</param>
    public GuardEdit(RepeatedUpdate update, Func<SyntaxNode, SourceEdits> edits, Func<SyntaxNode, SemanticModel> models, Func<ExpressionSyntax, string> typeAt)
    {
        this.update = update;
        this.edits = edits;
        this.models = models;
        this.typeAt = typeAt;
        names = new Names([.. update.Positions, .. KlCheckEdit.Sites(update.Ratio.Site)]);
        idiom = new Idiom(models(update.Step));
        guard = names.Free("guard", "ratioGuard");
    }

    /// <summary>Collects the edits; or the fact that could not be proved.</summary>
    public string? TryMake()
    {
        if (update.Step.Parent is not ExpressionStatementSyntax step || Functions.Listed(step) is not { } nearest || update.Ratio.Site.Syntax is not ExpressionSyntax ratio)
        {
            return "the step is not a statement of its own";
        }

        return (Functions.Around(ratio) == Functions.Around(step) ? AskHere(step, nearest, ratio)
            : OfDifference(step) is { } anchor ? Ask(nearest, anchor)
            : AskInHelper(step, nearest, ratio)) ?? Make();
    }

    /// <summary>The ratio is made in the function of the step.</summary>
    private string? AskHere(ExpressionStatementSyntax step, StatementSyntax nearest, ExpressionSyntax ratio)
    {
        if (Functions.Listed(ratio) is not { } computed || KlCheckEdit.Around(step, Functions.ListOf(computed)) is not { } anchor)
        {
            return "that the losses of one update come at once: of a loop of losses a guard would judge each, and not their mean";
        }

        return Ask(nearest, anchor);
    }

    /// <summary>The statement before which the guard can be asked, where the log-ratio is made in the function of the step and a helper is given it.</summary>
    private StatementSyntax? OfDifference(ExpressionStatementSyntax step) =>
        KlEstimate.LogRatioOf(update.Ratio) is { } difference && Functions.Around(difference) == Functions.Around(step) && Functions.Listed(difference) is { } made
            ? KlCheckEdit.Around(step, Functions.ListOf(made))
            : null;

    /// <summary>The ratio is made in a helper that computes the loss.</summary>
    private string? AskInHelper(ExpressionStatementSyntax step, StatementSyntax nearest, ExpressionSyntax ratio)
    {
        if (AnswerOfHelper.Of(update, ratio, step) is not { } helper)
        {
            return "the ratio is made in a helper out of which a guard's answer cannot be handed";
        }

        var (pair, unproved) = PairAt(helper.End);
        if (pair is null)
        {
            return unproved;
        }

        var answer = names.Free("movedTooFar", "isBeyondLimit");
        var parameter = new GuardParameter(helper.Function, helper.Call, edits, models);
        if (!parameter.TryAdd($"{typeAt(ratio)} {guard}, out bool {answer}", $"{guard}, out {idiom.Declared("bool")} {answer}"))
        {
            return OtherCallers;
        }

        var end = edits(helper.End);
        end.Insert(helper.End.SpanStart, $"{answer} = {guard}.ShouldStop({pair});{end.LineBreak}{end.IndentOf(helper.End)}");
        return Leave(nearest, answer);
    }

    private string? Ask(StatementSyntax nearest, StatementSyntax anchor)
    {
        var (pair, unproved) = PairAt(anchor);
        if (pair is null)
        {
            return unproved;
        }

        // A step that is made in some rounds only has gradients of all rounds since the last: each is checked.
        var place = nearest != anchor && KlCheckEdit.IsConditional(nearest, anchor) ? anchor : nearest;
        return Leave(place, $"{guard}.ShouldStop({pair})");
    }

    private (LogProbPair? Pair, string Unproved) PairAt(StatementSyntax anchor) => LogProbPair.Of(update.Ratio, anchor, models, (call, isProbability) =>
    {
        var name = isProbability ? names.Free("probs", "newProbs") : names.Free("logProbs", "newLogProbs");
        call.Name(name, new Idiom(models(call.At)), edits(call.At));
        return name;
    });

    private string? Leave(StatementSyntax place, string condition)
    {
        var indent = edits(place).IndentOf(place);
        var exit = new LoopExit(update, edits, models, names, idiom);
        if (!exit.TryLeave(place, condition, indent) || exit.Lines is not { } lines)
        {
            return "a way out of the loop that makes the updates";
        }

        var lineBreak = edits(place).LineBreak;
        lines[0] = lines[0].Substring(indent.Length);
        edits(place).Insert(place.SpanStart, string.Join(lineBreak, lines) + lineBreak + (lines.Count > 1 ? lineBreak : "") + indent + exit.Step);
        return null;
    }

    /// <summary>Makes the guard before the loop and hands it down to the function of the step.</summary>
    private string? Make()
    {
        var last = update.Positions[update.Positions.Count - 1];
        var loop = update.Loop.Kind == LoopKind.Statement ? Functions.LoopsAround(last).ElementAtOrDefault(update.Depth - 1) : null;
        if (loop?.Parent is not (BlockSyntax or GlobalStatementSyntax) || (update.Loop.Site.Syntax is { } header && !loop.Span.Contains(header.Span)))
        {
            return "that a guard can be made before the loop, which is none that a block holds";
        }

        for (var level = 0; level + 1 < update.Positions.Count; level++)
        {
            if (update.Positions[level] is not ExpressionSyntax inside || update.Positions[level + 1] is not InvocationExpressionSyntax call
                || !new GuardParameter(Functions.Around(inside), call, edits, models).TryAdd($"{typeAt(inside)} {guard}", guard))
            {
                return OtherCallers;
            }
        }

        var type = typeAt((ExpressionSyntax)last);
        var indent = edits(loop).IndentOf(loop);
        edits(loop).Insert(loop.SpanStart, $"using {new Idiom(models(loop)).Declared(type)} {guard} = new {type} {{ {Limit} }};{edits(loop).LineBreak}{indent}");
        return null;
    }
}
