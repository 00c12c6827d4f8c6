using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>
/// Completions that come one by one in a loop, whose losses are collected and combined after it: the loop adds up sums and counts their tokens,
/// and what it has collected is divided once.
/// </summary>
internal static class CompletionLoop
{
    public static bool TryEdit(Defect defect, LengthNormalisation length)
    {
        var model = defect.Model(length.Syntax);
        if (Sum(length, model) is not var (sum, count)
            || length.Syntax.FirstAncestorOrSelf<StatementSyntax>() is not ExpressionStatementSyntax { Parent: BlockSyntax body } statement
            || body.Parent is not (ForStatementSyntax or ForEachStatementSyntax or ForEachVariableStatementSyntax)
            || body.Parent is not StatementSyntax { Parent: BlockSyntax around } loop
            || !IsCollectedAlone(statement, loop, model)
            || After(defect, loop, around) is not { } combiner)
        {
            return false;
        }

        var edits = defect.Edits.At(statement);
        var taken = new HashSet<string>(around.FirstAncestorOrSelf<MemberDeclarationSyntax>()!.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText), StringComparer.Ordinal);
        var tokens = new[] { "tokenCount", "batchTokens", "totalTokenCount" }.FirstOrDefault(name => !taken.Contains(name));
        if (tokens is null)
        {
            return false;
        }

        edits.Replace(TensorCall.Wrapped(length.Syntax).Span, sum);
        edits.Insert(statement.Span.End, $"{edits.LineBreak}{edits.IndentOf(statement)}{tokens} += {count};");
        edits.Insert(loop.SpanStart, $"long {tokens} = 0;{edits.LineBreak}{edits.IndentOf(loop)}");
        combiner(tokens, edits);
        return true;
    }

    /// <summary>The sum that is averaged, and the number of tokens in it as C# sees it.</summary>
    private static (string Sum, string Count)? Sum(LengthNormalisation length, SemanticModel model)
    {
        switch (length.Form)
        {
            case LengthForm.Mean when TensorCall.Of(length.Syntax, model) is { Arguments.Count: 0, IsStatic: false, Subject: IdentifierNameSyntax tokens }:
                return ($"{tokens}.sum()", $"{tokens}.numel()");
            case LengthForm.Quotient when model.GetTypeInfo(length.Length!).Type is { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 } && new Purity(model).IsPure(length.Length!):
                return (TensorCall.Unwrap(length.Tokens).ToString(), length.Length!.ToString());
            default:
                return null;
        }
    }

    /// <summary>Whether the statement adds to a list or a total that the loop adds nothing else to.</summary>
    private static bool IsCollectedAlone(ExpressionStatementSyntax statement, StatementSyntax loop, SemanticModel model)
    {
        var collector = statement.Expression switch
        {
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax list, Name.Identifier.ValueText: "Add" } } => list,
            AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression or (int)SyntaxKind.SubtractAssignmentExpression, Left: IdentifierNameSyntax total } => total,
            _ => null,
        };
        return collector is not null && model.GetSymbolInfo(collector).Symbol is ILocalSymbol { DeclaringSyntaxReferences: [var declaration] } local
            && LocalUse.References(local, declaration.GetSyntax(), model).Count(reference => loop.Span.Contains(reference.Span)) == 1
            && LocalUse.References(local, declaration.GetSyntax(), model).Where(reference => reference.SpanStart < loop.SpanStart).All(reference => reference.Parent is not MemberAccessExpressionSyntax);
    }

    /// <summary>How what was collected is divided after the loop.</summary>
    private static Action<string, SourceEdits>? After(Defect defect, StatementSyntax loop, BlockSyntax around)
    {
        var outside = Combiner.Outside(defect);
        if (outside.Count(step => step.Kind is StepKind.LoopSum) > 1 || outside.Any(step => step.Kind == StepKind.Nonlinear))
        {
            return null;
        }

        var divides = outside.Where(step => step.Kind is StepKind.Mean or StepKind.Divide).ToList();
        if (divides is not [var only] || only.At.Site.Syntax is not ExpressionSyntax syntax || syntax.SyntaxTree != loop.SyntaxTree
            || syntax.SpanStart < loop.Span.End || !around.Span.Contains(syntax.Span) || syntax.FirstAncestorOrSelf<StatementSyntax>()?.Parent != around)
        {
            return null;
        }

        var model = defect.Model(syntax);
        if (Quotient.Of(syntax, model) is { } quotient && only.Kind == StepKind.Divide)
        {
            return Combiner.IsNumberOfRows(quotient.Denominator, model) ? (tokens, edits) => edits.Replace(TensorCall.Wrapped(quotient.Denominator).Span, tokens) : null;
        }

        if (syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call && TensorCall.Of(call, model) is { Name: "mean", Arguments.Count: 0 })
        {
            return (tokens, edits) =>
            {
                var wrap = Parentheses.AreNeeded(SyntaxFactory.ParseExpression("a / b"), TensorCall.Wrapped(call));
                edits.Replace(access.Name.Span, "sum");
                if (wrap)
                {
                    edits.Insert(call.SpanStart, "(");
                }

                edits.Insert(call.Span.End, $" / {tokens}" + (wrap ? ")" : ""));
            };
        }

        return null;
    }
}
