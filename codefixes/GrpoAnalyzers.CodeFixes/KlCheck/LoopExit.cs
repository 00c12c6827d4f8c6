using GrpoAnalyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>Writes how an update loop is left from a place in it: break, return, a flag, or what a function tells its caller.</summary>
internal sealed class LoopExit(RepeatedUpdate update, Func<SyntaxNode, SourceEdits> edits, Func<SyntaxNode, SemanticModel> models, Names names, Idiom idiom)
{
    /// <summary>The lines that test and leave.</summary>
    public List<string>? Lines { get; private set; }

    /// <summary>The test under which the step is made, where the function goes on without it.</summary>
    public string Step { get; private set; } = "";

    /// <summary>Writes the lines that leave the loop from before the step when a condition holds, and edits what is around it.</summary>
    public bool TryLeave(StatementSyntax place, string condition, string indent)
    {
        var function = Functions.Around(place);
        if (update.Positions.Count > 1 && !Functions.ReturnsNothing(function))
        {
            return function is AnonymousFunctionExpressionSyntax lambda ? TryStop(place, lambda, condition, indent) : TrySkip(place, function, condition, indent);
        }

        if (Leave(0, place) is not { } statements)
        {
            return false;
        }

        if (StaleGradients(place) is { } clearing)
        {
            statements.Insert(0, clearing);
        }

        Lines = [.. idiom.If(condition, statements, indent)];
        return true;
    }

    /// <summary>Gradients that the loop clears after its step only: those of the update that is not made would go into the next rollout's.</summary>
    private string? StaleGradients(StatementSyntax place)
    {
        var function = Functions.Around(place);
        var clears = function.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "zero_grad" }).ToList();
        return clears.Count > 0 && clears.TrueForAll(call => call.SpanStart > update.Step.SpanStart) && Functions.Listed(clears[0]) is ExpressionStatementSyntax { } clear
            ? clear.ToString()
            : null;
    }

    /// <summary>The statements that leave the loop from a position, one function after another.</summary>
    private List<string>? Leave(int level, StatementSyntax place)
    {
        if (level == update.Positions.Count - 1)
        {
            return update.Loop.Kind switch
            {
                LoopKind.Recursion => Functions.ReturnsNothing(Functions.Around(place)) ? [.. Disposals(place, null), "return;"] : null,
                LoopKind.Statement => LeaveLoops(place, update.Depth + Math.Max(0, Functions.LoopsAround(place).Count() - Functions.LoopsAround(update.Positions[level]).Count())),
                _ => null,
            };
        }

        return TellCaller(level, place) ? [.. Disposals(place, null), "return false;"] : null;
    }

    private List<string>? LeaveLoops(StatementSyntax place, int depth)
    {
        var around = Functions.LoopsAround(place).Take(depth).ToList();
        if (around.Count < depth || (update.Loop.Site.Syntax is { } header && !around.Last().Span.Contains(header.Span)))
        {
            // Written with goto: what comes after the way back is the end.
            return Functions.Own(Functions.Around(place)).OfType<GotoStatementSyntax>().ToList() is [{ } way]
                && Functions.EndsFunction(way) && Functions.ReturnsNothing(Functions.Around(place)) && around.Count == depth - 1
                ? [.. Disposals(place, null), "return;"]
                : null;
        }

        if (place.Ancestors().TakeWhile(node => node != around[0]).Any(node => node is SwitchSectionSyntax or FinallyClauseSyntax))
        {
            return null;
        }

        if (around.Count == 1)
        {
            return [.. Disposals(place, around[0]), "break;"];
        }

        var outermost = around.Last();
        if (Functions.ReturnsNothing(Functions.Around(place)) && Functions.EndsFunction(outermost) && outermost.Parent is not LabeledStatementSyntax)
        {
            return [.. Disposals(place, null), "return;"];
        }

        if (outermost.Parent is not (BlockSyntax or GlobalStatementSyntax) || around.Any(loop => loop != outermost && loop.Parent is not BlockSyntax))
        {
            return null;
        }

        var stop = names.Free("stop", "isBeyondLimit");
        var indent = edits(outermost).IndentOf(outermost);
        var lineBreak = edits(outermost).LineBreak;
        edits(outermost).Insert(outermost.SpanStart, $"{idiom.Declared("bool")} {stop} = false;{lineBreak}{indent}");
        foreach (var (inner, outer) in around.Zip(around.Skip(1), (inner, outer) => (inner, outer)))
        {
            InsertAfter(inner, [.. idiom.If(stop, [.. Disposals(inner, outer), "break;"], edits(inner).IndentOf(inner))]);
        }

        return [.. Disposals(place, around[0]), $"{stop} = true;", "break;"];
    }

    /// <summary>A function without a result gets one: whether the update was made.</summary>
    private bool TellCaller(int level, StatementSyntax place)
    {
        var function = Functions.Around(place);
        var call = update.Positions[level + 1];
        var (result, isAsync) = function switch
        {
            MethodDeclarationSyntax method when IsOwn(method.Modifiers) => (method.ReturnType, method.Modifiers.Any(SyntaxKind.AsyncKeyword)),
            LocalFunctionStatementSyntax local => (local.ReturnType, local.Modifiers.Any(SyntaxKind.AsyncKeyword)),
            _ => (null, false),
        };
        var next = level + 1;
        var called = isAsync ? call.Parent as AwaitExpressionSyntax : call;
        if (Started(call) is { Parent: AwaitExpressionSyntax awaited } started)
        {
            called = awaited;
            next += update.Positions.Count > next + 1 && update.Positions[next + 1] == started ? 1 : 0;
        }

        if (result is null || Functions.BodyOf(function) is not { } body || !Functions.ReturnsNothing(function)
            || models(function).GetDeclaredSymbol(function) is not IMethodSymbol { ExplicitInterfaceImplementations.IsEmpty: true }
            || called?.Parent is not ExpressionStatementSyntax statement || statement.Parent is IfStatementSyntax or ElseClauseSyntax || Leave(next, statement) is not { } leaving)
        {
            return false;
        }

        edits(result).Replace(result.Span, isAsync ? result + "<bool>" : "bool");
        foreach (var end in Functions.Own(function).OfType<ReturnStatementSyntax>())
        {
            edits(end).Insert(end.ReturnKeyword.Span.End, " true");
        }

        if (models(body).AnalyzeControlFlow(body) is { Succeeded: true, EndPointIsReachable: true })
        {
            var indent = edits(body).IndentOf(body.Statements.Last());
            edits(body).Insert(body.Statements.Last().Span.End, edits(body).LineBreak + indent + "return true;");
        }

        // What is around the call changes, not the call: there may be edits in it.
        const string Call = "\0";
        var outer = edits(statement).IndentOf(statement);
        var lines = idiom.If("!" + Call, leaving, outer).ToList();
        lines[0] = lines[0].Substring(outer.Length);
        var parts = string.Join(edits(statement).LineBreak, lines).Split(Call[0]);
        edits(statement).Insert(statement.SpanStart, parts[0]);
        edits(statement).Replace(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(called.Span.End, statement.Span.End), parts[1]);
        return true;
    }

    /// <summary>A function with a result says by an out parameter whether it made the update.</summary>
    private bool TrySkip(StatementSyntax place, SyntaxNode function, string condition, string indent)
    {
        var call = update.Positions[1] as InvocationExpressionSyntax;
        if (call is null || Functions.LoopsAround(place).Any() || new OutParameter(function, models) is not { CanBeAdded: true } parameter
            || update.Step.Parent is not StatementSyntax step || Functions.Listed(step) != place || step != place)
        {
            return false;
        }

        // Where the call stands in a lambda of the loop, the variable is one of the loop's body.
        var lambda = Functions.Around(call) as AnonymousFunctionExpressionSyntax;
        var statement = lambda is null ? call.FirstAncestorOrSelf<StatementSyntax>() : Functions.Listed(lambda.Parent!);
        var next = lambda is null ? 1 : 2;
        if (statement is null or LocalFunctionStatementSyntax or ReturnStatementSyntax || Functions.IsLoop(statement)
            || (lambda is not null && (update.Positions.Count < 3 || Functions.Around(statement) != Functions.Around(update.Positions[2])))
            || Leave(next, statement) is not { } leaving)
        {
            return false;
        }

        var stop = names.Free("stop", "isBeyondLimit");
        if (!parameter.TryAdd("bool", stop, edits, [call]))
        {
            return false;
        }

        if (lambda is not null)
        {
            edits(statement).Insert(statement.SpanStart, $"{idiom.Declared("bool")} {stop} = false;{edits(statement).LineBreak}{edits(statement).IndentOf(statement)}");
        }

        parameter.Give(call, lambda is null ? $"out {idiom.Declared("bool")} {stop}" : $"out {stop}", edits(call));
        AddAfter(statement, stop, leaving);
        Lines = [$"{indent}{stop} = {condition};"];
        Step = $"if (!{stop}) ";
        return true;
    }

    /// <summary>Adds a test after a statement, in a block that is made where there is none.</summary>
    private void AddAfter(StatementSyntax statement, string condition, IReadOnlyList<string> leaving)
    {
        if (statement.Parent is BlockSyntax or GlobalStatementSyntax or SwitchSectionSyntax)
        {
            InsertAfter(statement, [.. idiom.If(condition, leaving, edits(statement).IndentOf(statement))]);
            return;
        }

        var lineBreak = edits(statement).LineBreak;
        var outer = edits(statement).IndentOf(statement.Parent!);
        var inner = outer + idiom.Unit;
        var before = statement.GetFirstToken().GetPreviousToken().Span.End;
        edits(statement).Replace(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(before, statement.SpanStart), $"{lineBreak}{outer}{{{lineBreak}{inner}");
        InsertAfter(statement, [.. idiom.If(condition, leaving, inner), outer + "}"]);
    }

    /// <summary>The call of <c>Task.Run</c> that is given a call as a lambda and hands out its result.</summary>
    private InvocationExpressionSyntax? Started(SyntaxNode call) =>
        call.Parent is ParenthesizedLambdaExpressionSyntax { AsyncKeyword.RawKind: 0, Parent: ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax run } }
        && models(run).GetSymbolInfo(run).Symbol is IMethodSymbol { Name: "Run", IsGenericMethod: false, ContainingType: { Name: "Task", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } } }
            ? run
            : null;

    /// <summary>A lambda without a result, called in the loop, sets a variable that stands before it.</summary>
    private bool TryStop(StatementSyntax place, AnonymousFunctionExpressionSyntax lambda, string condition, string indent)
    {
        var call = update.Positions[1];
        var function = Functions.Around(lambda);
        if (update.Positions.Count != 2 || models(lambda).GetSymbolInfo(lambda).Symbol is not IMethodSymbol { ReturnsVoid: true } || lambda.Block is null
            || Functions.Around(call) != function || lambda.FirstAncestorOrSelf<StatementSyntax>() is not LocalDeclarationStatementSyntax made
            || call.Parent is not ExpressionStatementSyntax statement || Functions.LoopsAround(call).ElementAtOrDefault(update.Depth - 1) is not { } loop
            || Functions.ListOf(made) != Functions.ListOf(loop) || made.SpanStart > loop.SpanStart || Leave(1, statement) is not { } leaving)
        {
            return false;
        }

        var stop = names.Free("stop", "isBeyondLimit");
        edits(made).Insert(made.SpanStart, $"{idiom.Declared("bool")} {stop} = false;{edits(made).LineBreak}{edits(made).IndentOf(made)}");
        AddAfter(statement, stop, leaving);
        Lines = [.. idiom.If(condition, [.. Disposals(place, null), $"{stop} = true;", "return;"], indent)];
        return true;
    }

    /// <summary>What the code after a place disposes of by hand, in a loop or in all of the function, is to be disposed of by who leaves.</summary>
    private List<string> Disposals(StatementSyntax place, StatementSyntax? loop)
    {
        var model = models(place);
        var found = new List<string>();
        SyntaxNode end = (SyntaxNode?)loop ?? Functions.Around(place);
        for (SyntaxNode current = place; current != end && current.Parent is not null; current = current.Parent)
        {
            if (current.Parent is BlockSyntax block && current is StatementSyntax inner)
            {
                found.AddRange(block.Statements.SkipWhile(other => other != inner).Skip(1).OfType<ExpressionStatementSyntax>().Where(IsDisposal).Select(disposal => disposal.ToString()));
            }
        }

        return found;

        bool IsDisposal(ExpressionStatementSyntax statement) =>
            statement.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Dispose", Expression: IdentifierNameSyntax name } }
            && model.GetSymbolInfo(name).Symbol is ILocalSymbol local && local.DeclaringSyntaxReferences.All(reference => reference.Span.Start < place.SpanStart);
    }

    private static bool IsOwn(SyntaxTokenList modifiers) => !modifiers.Any(modifier => modifier.Kind() is SyntaxKind.VirtualKeyword or SyntaxKind.OverrideKeyword or SyntaxKind.AbstractKeyword or SyntaxKind.PartialKeyword);

    private void InsertAfter(StatementSyntax statement, IReadOnlyList<string> lines)
    {
        var lineBreak = edits(statement).LineBreak;
        var next = statement.GetLastToken().GetNextToken();
        var isFollowed = lines.Count > 1 && next.Parent is StatementSyntax && !next.IsKind(SyntaxKind.CloseBraceToken)
            && !next.LeadingTrivia.Any(SyntaxKind.EndOfLineTrivia) && !lines[lines.Count - 1].TrimStart().StartsWith("break", StringComparison.Ordinal);
        edits(statement).Insert(
            statement.Span.End,
            (Functions.IsLoop(statement) ? lineBreak : "") + string.Concat(lines.Select(line => lineBreak + line)) + (isFollowed ? lineBreak : ""));
    }
}
