using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>What a helper computes, in the terms of its caller: for a helper that serves others too, so that its call is edited.</summary>
/// <param name="Call">The call.</param>
/// <param name="TokenSum">The sum over each completion's tokens.</param>
/// <param name="TotalSum">The sum over all tokens, or null when that cannot be written.</param>
/// <param name="Total">The number of all tokens.</param>
internal sealed record InlinedHelper(InvocationExpressionSyntax Call, string TokenSum, string? TotalSum, string? Total)
{
    public static InlinedHelper? Of(Defect defect)
    {
        if (defect.At.Site is not { Syntax: ExpressionSyntax inside, Caller.Syntax: InvocationExpressionSyntax call }
            || defect.Model(inside) is not { } model
            || LengthNormalisation.Of(inside, model) is not { Form: LengthForm.Quotient } length
            || defect.Model(call).GetOperation(call) is not IInvocationOperation invocation)
        {
            return null;
        }

        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var argument in invocation.Arguments)
        {
            if (argument is { ArgumentKind: ArgumentKind.Explicit, Parameter: { } parameter, Value.Syntax: ExpressionSyntax value } && IsSimple(value))
            {
                arguments[parameter.Name] = value.ToString();
            }
        }

        var writer = new Writer(model, arguments);
        if (writer.Write(length.Tokens, null) is not { } sum)
        {
            return null;
        }

        var tokens = SumIn(length.Tokens, model);
        var lengths = SumIn(Quotient.WithoutFloor(length.Length!, model), model);
        return new InlinedHelper(
            call,
            Enclose(length.Tokens, sum),
            tokens is null || lengths is null ? null : writer.Write(length.Tokens, tokens) is { } all ? Enclose(length.Tokens, all) : null,
            tokens is null || lengths is null ? null : writer.Write(length.Length!, lengths) is { } count ? Enclose(length.Length!, count) : null);
    }

    /// <summary>The sum over an axis that an expression, or the local that it names, is.</summary>
    private static TensorCall? SumIn(ExpressionSyntax expression, SemanticModel model) =>
        TensorCall.Of(Quotient.WithoutFloor(LocalUse.Resolve(expression, model), model), model) is { Name: "sum" } sum ? sum : null;

    private static string Enclose(ExpressionSyntax expression, string text) =>
        SyntaxFactory.ParseExpression(text) is BinaryExpressionSyntax or PrefixUnaryExpressionSyntax or ConditionalExpressionSyntax && !text.StartsWith("(", StringComparison.Ordinal) ? $"({text})" : text;

    private static bool IsSimple(ExpressionSyntax value) => value switch
    {
        IdentifierNameSyntax or LiteralExpressionSyntax or CollectionExpressionSyntax or ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax => true,
        MemberAccessExpressionSyntax access => IsSimple(access.Expression),
        PrefixUnaryExpressionSyntax prefix => prefix.Operand is LiteralExpressionSyntax,
        _ => false,
    };

    /// <summary>Writes an expression of the helper with the caller's arguments in place of its parameters.</summary>
    private sealed class Writer(SemanticModel model, Dictionary<string, string> arguments)
    {
        /// <param name="expression">What to write.</param>
        /// <param name="overAll">A sum in it that is to run over all axes.</param>
        public string? Write(ExpressionSyntax expression, TensorCall? overAll)
        {
            var text = expression.ToString();
            var start = expression.SpanStart;
            var changes = new List<TextChange>();
            foreach (var name in expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
            {
                if (overAll is not null && overAll.Arguments.Any(argument => argument.Span.Contains(name.Span)))
                {
                    continue;
                }

                if (Replacement(name, overAll) is not var (span, with))
                {
                    return null;
                }

                if (with is not null)
                {
                    changes.Add(new TextChange(new TextSpan(span.Start - start, span.Length), with));
                }
            }

            if (overAll is not null && expression.Span.Contains(overAll.Syntax.Span) && overAll.Syntax.SyntaxTree == expression.SyntaxTree)
            {
                var list = overAll.Syntax.ArgumentList.Arguments;
                var kept = overAll.IsStatic ? list[0].Span.End : overAll.Syntax.ArgumentList.OpenParenToken.Span.End;
                changes.Add(new TextChange(TextSpan.FromBounds(kept - start, overAll.Syntax.ArgumentList.CloseParenToken.SpanStart - start), ""));
            }

            return SourceText.From(text).WithChanges(changes.OrderBy(change => change.Span)).ToString();
        }

        /// <summary>What a name becomes; null text where it stays, null where it means nothing to the caller.</summary>
        private (TextSpan Span, string? With)? Replacement(IdentifierNameSyntax name, TensorCall? overAll)
        {
            if (name.Parent is MemberAccessExpressionSyntax access && access.Name == name || name.Parent is NameColonSyntax)
            {
                return (name.Span, null);
            }

            switch (model.GetSymbolInfo(name).Symbol)
            {
                case IParameterSymbol parameter:
                    // The value of a nullable parameter is the argument.
                    var span = name.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Value" } value ? value.Span : name.Span;
                    return arguments.TryGetValue(parameter.Name, out var argument) ? (span, argument) : null;
                case ILocalSymbol { DeclaringSyntaxReferences: [var reference] } when reference.GetSyntax() is SingleVariableDesignationSyntax { Parent: DeclarationPatternSyntax { Parent: IsPatternExpressionSyntax test } }:
                    return test.Expression is IdentifierNameSyntax tested && model.GetSymbolInfo(tested).Symbol is IParameterSymbol optional
                        && arguments.TryGetValue(optional.Name, out var given) ? (name.Span, given) : null;
                case ILocalSymbol when LocalUse.Of(name, model) is { } local:
                    return Write(local.Value, overAll) is { } inner ? (name.Span, Enclose(local.Value, inner)) : null;
                case IMethodSymbol { IsStatic: true } or INamespaceSymbol or ITypeSymbol:
                    return (name.Span, null);
                default:
                    return null;
            }
        }
    }
}
