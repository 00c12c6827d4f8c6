using GrpoAnalyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>Puts a check of the divergence before an update, and a way out of the loop that repeats it.</summary>
internal sealed class KlCheckEdit
{
    private readonly RepeatedUpdate update;
    private readonly Func<SyntaxNode, SourceEdits> edits;
    private readonly Func<SyntaxNode, SemanticModel> models;
    private readonly Names names;
    private readonly Idiom idiom;
    private readonly string torch;

    public KlCheckEdit(RepeatedUpdate update, Func<SyntaxNode, SourceEdits> edits, Func<SyntaxNode, SemanticModel> models)
    {
        this.update = update;
        this.edits = edits;
        this.models = models;
        names = new Names([.. update.Positions, .. Sites(update.Ratio.Site)]);
        idiom = new Idiom(models(update.Step));
        torch = idiom.Torch(update.Step.SpanStart);
    }

    /// <summary>Collects the edits; false where they cannot be shown to be right.</summary>
    public bool TryMake()
    {
        if (update.Step.Parent is not ExpressionStatementSyntax step || update.Ratio.Site.Syntax is not ExpressionSyntax ratio
            || new KlLimit(step, models(step)) is not { } limit || !limit.CanBeDeclared)
        {
            return false;
        }

        var exit = new LoopExit(update, edits, models, names, idiom);
        if (Functions.Around(ratio) == Functions.Around(step))
        {
            return Functions.Listed(ratio) is { } computed
                && (Around(step, Functions.ListOf(computed)) is { } anchor
                    ? KlEstimate.Of(update.Ratio, anchor, names.Free, torch, models) is { } estimate && CheckHere(anchor, limit, exit, estimate)
                    : CheckSum(step, ratio, limit, exit));
        }

        // The log-ratio is at hand here, and a helper is given it.
        return KlEstimate.LogRatioOf(update.Ratio) is { } difference && Functions.Around(difference) == Functions.Around(step) && Functions.Listed(difference) is { } made
            && Around(step, Functions.ListOf(made)) is { } before && KlEstimate.OfDifference(difference, before, names.Free, torch, models) is { } given
            ? CheckHere(before, limit, exit, given)
            : new SummedEstimate(update, ratio, edits, models, names) is var summed && summed.IsMadeOfSeveral(step)
                ? summed.TryMake(step, limit, exit, idiom)
                : new CarriedEstimate(update, ratio, edits, models, names).TryMake(step, limit, exit, idiom);
    }

    internal static IEnumerable<SyntaxNode> Sites(Site? site)
    {
        for (; site is not null; site = site.Caller)
        {
            if (site.Syntax is { } syntax)
            {
                yield return syntax;
            }
        }
    }

    /// <summary>The statement of a list that holds another, with nothing but tests and scopes between them.</summary>
    internal static StatementSyntax? Around(StatementSyntax statement, SyntaxNode? list)
    {
        for (SyntaxNode? current = statement; current is not null; current = current.Parent)
        {
            if (current is StatementSyntax { Parent: { } parent } candidate && (parent is GlobalStatementSyntax ? parent.Parent : parent) == list)
            {
                return candidate;
            }

            if (Functions.IsLoop(current) || current is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or FinallyClauseSyntax or CatchClauseSyntax)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The ratio is at hand where the step is made.</summary>
    private bool CheckHere(StatementSyntax anchor, KlLimit limit, LoopExit exit, KlEstimate estimate)
    {
        if (Functions.Listed(update.Step) is not { } nearest)
        {
            return false;
        }

        // A step that is made in some rounds only has gradients of all rounds since the last: each is checked.
        var place = nearest != anchor && IsConditional(nearest, anchor) ? anchor : nearest;
        var indent = edits(place).IndentOf(place);
        var inner = indent + idiom.Unit;
        var kl = names.Free("kl", "klEstimate");
        List<string> lines = [$"using ({torch}no_grad())", indent + "{"];
        if (estimate.LogRatio is { } logRatio)
        {
            lines.Add($"{inner}{idiom.DeclaredTensor(place)} {estimate.Name} = {logRatio};");
        }

        lines.Add($"{inner}{idiom.DeclaredTensor(place)} {kl} = {estimate.Mean};");
        if (!exit.TryLeave(place, $"!({kl}.item<float>() <= {limit.Name})", inner) || exit.Lines is not { } leaving)
        {
            return false;
        }

        limit.Declare(edits(place));
        lines.AddRange(leaving);
        lines.Add(indent + "}");
        lines.Add("");
        Insert(place, lines, indent + exit.Step);
        return true;
    }

    internal static bool IsConditional(StatementSyntax statement, StatementSyntax outer)
    {
        for (SyntaxNode current = statement; current != outer; current = current.Parent!)
        {
            if (current.Parent is IfStatementSyntax or ElseClauseSyntax or SwitchSectionSyntax)
            {
                return true;
            }
        }

        return outer is IfStatementSyntax or SwitchStatementSyntax;
    }

    /// <summary>The ratios of one update come from a loop before it: their estimates are added up.</summary>
    private bool CheckSum(StatementSyntax step, ExpressionSyntax ratio, KlLimit limit, LoopExit exit)
    {
        if (Functions.LoopsAround(ratio).Select(loop => (Loop: loop, Anchor: Around(step, loop.Parent is BlockSyntax ? loop.Parent : null))).FirstOrDefault(pair => pair.Anchor is not null)
                is not { Loop: { } loop, Anchor: not null }
            || loop.SpanStart > step.SpanStart
            || Functions.Listed(ratio) is not { Parent: BlockSyntax block } computed
            || KlEstimate.FirstIn(block, computed, update.Ratio, names.Free, torch, models) is not var (after, estimate))
        {
            return false;
        }

        var place = Functions.Listed(step)!;
        var (sum, count) = (names.Free("klSum", "klEstimateSum"), names.Free("tokenCount", "klTokenCount"));
        var indent = edits(place).IndentOf(place);
        if (!exit.TryLeave(place, $"!({sum} / {count} <= {limit.Name})", indent) || exit.Lines is not { } leaving)
        {
            return false;
        }

        var before = edits(loop).IndentOf(loop);
        Insert(loop, [$"{idiom.Declared("float")} {sum} = 0f;", before + $"{idiom.Declared("float")} {count} = 0f;"], before);
        var around = edits(after).IndentOf(after);
        Insert(after, [.. estimate.AddTo(sum, count, after, idiom, torch, around)], around);
        limit.Declare(edits(place));
        leaving[0] = leaving[0].Substring(indent.Length);
        Insert(place, [.. leaving, .. (leaving.Count > 1 ? [""] : Array.Empty<string>())], indent + exit.Step);
        return true;
    }

    private void Insert(StatementSyntax place, IReadOnlyList<string> lines, string indent) =>
        edits(place).Insert(place.SpanStart, string.Join(edits(place).LineBreak, lines) + edits(place).LineBreak + indent);
}
