using GrpoAnalyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>Where the value of an expression goes.</summary>
internal static class Readers
{
    private const int MaximumSteps = 60;

    /// <summary>Calls through which a factor of their subject stays a factor of their result.</summary>
    private static readonly HashSet<string> Homogeneous = new(StringComparer.Ordinal)
    {
        "sum", "mean", "neg", "mul", "multiply", "mul_", "div", "divide", "true_divide", "div_", "view", "reshape", "unsqueeze", "squeeze", "flatten", "expand", "expand_as", "to", "to_type",
        "where", "masked_fill", "index_select", "repeat_interleave", "min", "minimum", "max", "maximum", "fmin", "MoveToOuterDisposeScope", "MoveToOtherDisposeScope", "transpose", "t",
    };

    /// <summary>Whether a factor of an expression's value is a factor of one other expression, and of nothing else that is computed.</summary>
    public static bool ScalesOnly(ExpressionSyntax expression, Site site, SyntaxNode reader, ProjectEdits edits)
    {
        var pending = new Stack<(ExpressionSyntax Expression, Site Site)>();
        pending.Push((expression, site));
        for (var step = 0; pending.Count > 0; step++)
        {
            if (step > MaximumSteps)
            {
                return false;
            }

            var (current, at) = pending.Pop();
            var top = Climb(current, reader, edits.Model(current));
            if (top is null)
            {
                return false;
            }

            if (top == reader)
            {
                continue;
            }

            if (Next((ExpressionSyntax)top, at, edits) is not { Count: > 0 } readers)
            {
                return false;
            }

            readers.ForEach(pending.Push);
        }

        return true;
    }

    /// <summary>The outermost expression that has a factor of this one, or the reader when it is met; null where the factor does not stay one.</summary>
    private static SyntaxNode? Climb(ExpressionSyntax expression, SyntaxNode reader, SemanticModel model)
    {
        SyntaxNode node = expression;
        while (node != reader)
        {
            switch (node.Parent)
            {
                case ParenthesizedExpressionSyntax or MemberAccessExpressionSyntax or ArgumentListSyntax or CastExpressionSyntax:
                case ArgumentSyntax { Parent: ArgumentListSyntax }:
                case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression }:
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression }:
                    node = node.Parent;
                    break;
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.DivideExpression } quotient when quotient.Left == node:
                    node = quotient;
                    break;
                case InvocationExpressionSyntax call when call == reader || (TensorCall.Of(call, model) is { } tensor && Homogeneous.Contains(tensor.Name)):
                    node = call;
                    break;
                case EqualsValueClauseSyntax or ArrowExpressionClauseSyntax or ReturnStatementSyntax or ExpressionStatementSyntax:
                    return node;
                default:
                    return null;
            }
        }

        return node;
    }

    private static List<(ExpressionSyntax Expression, Site Site)>? Next(ExpressionSyntax expression, Site site, ProjectEdits edits)
    {
        var model = edits.Model(expression);
        switch (expression.Parent)
        {
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } when model.GetDeclaredSymbol(declarator) is ILocalSymbol local:
                var reads = LocalUse.References(local, declarator, model);
                return reads.Any(LocalUse.IsWritten) ? null : [.. reads.Select(read => ((ExpressionSyntax)read, site))];

            // x.div_(…); stands for what reads x after it.
            case ExpressionStatementSyntax statement
                when TensorCall.Of(statement.Expression, model) is { } call && call.Name.EndsWith("_", StringComparison.Ordinal)
                    && TensorCall.Unwrap(call.Subject) is IdentifierNameSyntax name && model.GetSymbolInfo(name).Symbol is ILocalSymbol changed
                    && changed.DeclaringSyntaxReferences is [var declaration]:
                var after = LocalUse.References(changed, declaration.GetSyntax(), model).Where(read => read.SpanStart > statement.Span.End).ToList();
                return after.Any(LocalUse.IsWritten) ? null : [.. after.Select(read => ((ExpressionSyntax)read, site))];

            case ReturnStatementSyntax or ArrowExpressionClauseSyntax
                when site.Caller is { Syntax: ExpressionSyntax callSite } caller && IsOnlyReference(expression.Parent, callSite, edits) && HasOneResult(expression.Parent):
                return [(callSite, caller)];

            default:
                return null;
        }
    }

    private static bool HasOneResult(SyntaxNode result)
    {
        var function = result.Ancestors().FirstOrDefault(node => node is LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or AccessorDeclarationSyntax);
        return result is ArrowExpressionClauseSyntax
            || function?.DescendantNodes(node => node == function || node is not (LocalFunctionStatementSyntax or LambdaExpressionSyntax)).OfType<ReturnStatementSyntax>().Count() == 1;
    }

    /// <summary>Whether the function that a node stands in is used nowhere but at one place.</summary>
    public static bool IsOnlyReference(SyntaxNode inside, ExpressionSyntax callSite, ProjectEdits edits) =>
        FunctionOf(inside, edits.Model(inside)) is { } function
        && References(function, edits.Compilation).All(reference => callSite.SyntaxTree == reference.SyntaxTree && callSite.Span.Contains(reference.Span));

    /// <summary>The method, property or local function that a node stands in.</summary>
    private static ISymbol? FunctionOf(SyntaxNode inside, SemanticModel model)
    {
        foreach (var node in inside.AncestorsAndSelf())
        {
            switch (node)
            {
                case LambdaExpressionSyntax:
                    return null;
                case LocalFunctionStatementSyntax or MethodDeclarationSyntax or PropertyDeclarationSyntax:
                    return model.GetDeclaredSymbol(node);
            }
        }

        return null;
    }

    /// <summary>Everything that names a symbol.</summary>
    private static IEnumerable<SimpleNameSyntax> References(ISymbol symbol, Compilation compilation)
    {
        foreach (var tree in compilation.SyntaxTrees)
        {
            var names = tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Where(name => name.Identifier.ValueText == symbol.Name).ToList();
            if (names.Count == 0)
            {
                continue;
            }

            var model = compilation.GetSemanticModel(tree);
            foreach (var name in names)
            {
                var info = model.GetSymbolInfo(name);
                var found = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
                if (SymbolEqualityComparer.Default.Equals((found as IMethodSymbol)?.ReducedFrom?.OriginalDefinition ?? found?.OriginalDefinition, symbol.OriginalDefinition))
                {
                    yield return name;
                }
            }
        }
    }
}
