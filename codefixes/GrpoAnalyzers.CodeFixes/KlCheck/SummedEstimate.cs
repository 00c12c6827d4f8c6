using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>
/// The ratios of one update come one by one, from a lambda or from a function that is called for each completion: each adds its estimate and its
/// tokens to sums of the update, which a lambda sees and a function is given by reference.
/// </summary>
internal sealed class SummedEstimate(RepeatedUpdate update, ExpressionSyntax ratio, Func<SyntaxNode, SourceEdits> edits, Func<SyntaxNode, SemanticModel> models, Names names)
{
    private readonly SyntaxNode function = Functions.Around(ratio);

    /// <summary>Whether the ratio is computed more than once in the statements before the step.</summary>
    public bool IsMadeOfSeveral(ExpressionStatementSyntax step) =>
        Start() is { } start && Before(start, step) is { } before
        && (start == function || Functions.Around(start) != Functions.Around(step) || Functions.IsLoop(before) || Functions.LoopsAround(ratio).Any());

    public bool TryMake(ExpressionStatementSyntax step, KlLimit limit, LoopExit exit, Idiom idiom)
    {
        if (Start() is not { } start || Before(start, step) is not { } before || Functions.Listed(step) is not { } place
            || KlCheckEdit.Around(step, Functions.ListOf(before)) is not { } anchor || (place != anchor && KlCheckEdit.IsConditional(place, anchor)) || anchor is IfStatementSyntax
            || RunsBesideOthers(before) || Functions.Listed(ratio) is not { Parent: BlockSyntax block } computed)
        {
            return false;
        }

        var own = new Idiom(models(ratio));
        var torch = own.Torch(ratio.SpanStart);
        if (KlEstimate.FirstIn(block, computed, update.Ratio, names.Free, torch, models) is not var (after, estimate))
        {
            return false;
        }

        var (sum, count) = (names.Free("klSum", "klEstimateSum"), names.Free("tokenCount", "klTokenCount"));
        if (start is InvocationExpressionSyntax call && (new OutParameter(function, models) is not { CanBeAdded: true } parameter || !parameter.TryAddSums([sum, count], edits, call)))
        {
            return false;
        }

        var indent = edits(place).IndentOf(place);
        if (!exit.TryLeave(place, $"!({sum} / {count} <= {limit.Name})", indent) || exit.Lines is not { } leaving)
        {
            return false;
        }

        var outer = edits(before).IndentOf(before);
        Insert(before, [$"{idiom.Declared("float")} {sum} = 0f;", $"{outer}{idiom.Declared("float")} {count} = 0f;"], outer);
        var inner = edits(after).IndentOf(after);
        Insert(after, [.. estimate.AddTo(sum, count, after, own, torch, inner)], inner);
        limit.Declare(edits(place));
        leaving[0] = leaving[0].Substring(indent.Length);
        Insert(place, [.. leaving, .. (leaving.Count > 1 ? [""] : Array.Empty<string>())], indent + exit.Step);
        return true;
    }

    /// <summary>The lambda that computes the ratio, or the call of the function that does.</summary>
    private SyntaxNode? Start() => function switch
    {
        AnonymousFunctionExpressionSyntax { AsyncKeyword.RawKind: 0, Block: not null } => function,
        MethodDeclarationSyntax or LocalFunctionStatementSyntax when update.Ratio.Site.Caller?.Syntax is InvocationExpressionSyntax call
            && models(call).GetSymbolInfo(call).Symbol is IMethodSymbol called && called.OriginalDefinition.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() == function) => call,
        _ => null,
    };

    /// <summary>The statement of an update that comes before its step and in which all ratios are computed.</summary>
    private static StatementSyntax? Before(SyntaxNode start, StatementSyntax step)
    {
        for (var current = start.Parent; current is not null and not LocalFunctionStatementSyntax and not MemberDeclarationSyntax { RawKind: not (int)Microsoft.CodeAnalysis.CSharp.SyntaxKind.GlobalStatement }; current = current.Parent)
        {
            if (current is StatementSyntax statement && Functions.ListOf(statement) is BlockSyntax or SwitchSectionSyntax && step.Ancestors().Contains(Functions.ListOf(statement)))
            {
                return statement.Span.End <= step.SpanStart ? statement : null;
            }
        }

        return null;
    }

    /// <summary>Whether there are threads in a statement, which would add to a sum at the same time.</summary>
    private static bool RunsBesideOthers(StatementSyntax statement) => statement.DescendantNodes().OfType<SimpleNameSyntax>()
        .Any(name => name.Identifier.ValueText is "Task" or "Thread" or "Parallel" or "ParallelEnumerable" or "AsParallel");

    private void Insert(StatementSyntax place, IReadOnlyList<string> lines, string indent) =>
        edits(place).Insert(place.SpanStart, string.Join(edits(place).LineBreak, lines) + edits(place).LineBreak + indent);
}
