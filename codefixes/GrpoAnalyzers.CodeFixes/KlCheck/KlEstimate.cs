using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>How the divergence is estimated at a place in the code: k3 of the log-ratio, over the tokens that the loss counts.</summary>
/// <param name="LogRatio">What the local for the log-ratio is set to, or null where the code has one.</param>
/// <param name="Name">The log-ratio's name.</param>
/// <param name="PerToken">The estimate of each token.</param>
/// <param name="Mask">The tokens.</param>
internal sealed record KlEstimate(string? LogRatio, string Name, string PerToken, TokenMask? Mask)
{
    public string Mean => Mask?.Mean(PerToken) ?? $"{PerToken}.mean()";

    public string Sum => Mask?.Sum(PerToken) ?? $"{PerToken}.sum()";

    public string Count => Mask is { } mask ? $"{mask.Count}.ToSingle()" : $"{Name}.numel()";

    /// <summary>The estimate from a ratio, for a place where it is to be computed; null where that cannot be done without a forward pass or with values that changed.</summary>
    /// <param name="ratio">The ratio, or its difference from one.</param>
    /// <param name="anchor">The statement before which the estimate is computed.</param>
    /// <param name="names">Finds a free name.</param>
    /// <param name="torch">What stands before the names of torch.</param>
    /// <param name="models">The models of the trees.</param>
    public static KlEstimate? Of(Node ratio, StatementSyntax anchor, Func<string, string, string> names, string torch, Func<SyntaxNode, SemanticModel> models)
    {
        if (ratio.Site.Syntax is not ExpressionSyntax syntax || TensorCall.IsTensor(models(syntax).GetTypeInfo(syntax).Type) is false)
        {
            return null;
        }

        syntax = TensorCall.Unwrap(syntax);
        var model = models(syntax);
        var values = new StableValues(anchor, model);
        var search = new TokenMaskSearch(Functions.Around(syntax), models);
        var exponential = Exponential(syntax, model);
        var inner = exponential is null ? null : LogRatioIn(exponential, model);
        MaskedExponent? masked = null;
        if (exponential is not null && inner is null)
        {
            // A ratio of whole sequences: the divergence is that of their tokens.
            if (LogRatioOf(ratio) is { } difference && Functions.Around(difference) == Functions.Around(anchor) && OfDifference(difference, anchor, names, torch, models) is { } ofTokens)
            {
                return ofTokens;
            }

            if ((masked = MaskedExponent.Read(exponential, ExponentialOf(ratio)?[0], model)) is null)
            {
                return null;
            }

            inner = exponential;
        }

        if (!search.TryFind(syntax, out var mask, masked) || (mask is not null && !values.Holds(mask.Expression)))
        {
            return null;
        }

        if (inner is not null && values.Holds(inner))
        {
            return FromDifference(inner, names, torch, mask);
        }

        // The ratio has a name: its logarithm is the log-ratio.
        if (TensorCall.Wrapped(syntax).Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } && values.Holds(declarator))
        {
            var local = declarator.Identifier.ValueText;
            var name = names("logRatio", "stepLogRatio");
            return IsLessOne(syntax, model)
                ? new KlEstimate($"{local}.log1p()", name, $"({local} - {name})", mask)
                : new KlEstimate($"{local}.log()", name, $"({local} - 1 - {name})", mask);
        }

        return null;
    }

    /// <summary>The first statement after one before which the estimate can be made: what it needs is there.</summary>
    public static (StatementSyntax After, KlEstimate Estimate)? FirstIn(
        BlockSyntax block, StatementSyntax computed, Node ratio, Func<string, string, string> names, string torch, Func<SyntaxNode, SemanticModel> models)
    {
        foreach (var statement in block.Statements.SkipWhile(other => other != computed).Skip(1))
        {
            if (Of(ratio, statement, names, torch, models) is { } estimate)
            {
                return (statement, estimate);
            }
        }

        return null;
    }

    /// <summary>The lines that add the estimate of some tokens, and their number, to what came before.</summary>
    public IEnumerable<string> AddTo(string sum, string count, StatementSyntax place, Idiom idiom, string torch, string indent)
    {
        yield return $"using ({torch}no_grad())";
        yield return indent + "{";
        if (LogRatio is { } logRatio)
        {
            yield return $"{indent}{idiom.Unit}{idiom.DeclaredTensor(place)} {Name} = {logRatio};";
        }

        yield return $"{indent}{idiom.Unit}{sum} += {Sum}.item<float>();";
        yield return $"{indent}{idiom.Unit}{count} += {Count};";
        yield return indent + "}";
        yield return "";
    }

    /// <summary>The log-ratio of each token that a ratio, an exponential, is made from.</summary>
    public static ExpressionSyntax? LogRatioOf(Node ratio) =>
        ExponentialOf(ratio) is { } exponential ? PolicyPatterns.Difference(exponential[0])?.Site.Syntax as ExpressionSyntax : null;

    private static Node? ExponentialOf(Node ratio) => ratio.Op == Op.Exp ? ratio : ratio.Inputs.FirstOrDefault() is { Op: Op.Exp } inner ? inner : null;

    /// <summary>The estimate from a log-ratio, for a place where it is to be computed.</summary>
    public static KlEstimate? OfDifference(ExpressionSyntax difference, StatementSyntax anchor, Func<string, string, string> names, string torch, Func<SyntaxNode, SemanticModel> models) =>
        new StableValues(anchor, models(difference)).Holds(difference) && new TokenMaskSearch(Functions.Around(difference), models).TryFind(difference, out var mask)
            ? FromDifference(difference, names, torch, mask)
            : null;

    private static KlEstimate FromDifference(ExpressionSyntax difference, Func<string, string, string> names, string torch, TokenMask? mask)
    {
        difference = TensorCall.Unwrap(difference);
        var name = difference is IdentifierNameSyntax local ? local.ToString() : names("logRatio", "stepLogRatio");
        return new KlEstimate(difference is IdentifierNameSyntax ? null : difference.ToString(), name, $"({torch}exp({name}) - 1 - {name})", mask);
    }

    /// <summary>The argument of the exponential that a ratio is, or that it is less one.</summary>
    internal static ExpressionSyntax? Exponential(ExpressionSyntax ratio, SemanticModel model) =>
        TensorCall.Of(ratio is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.SubtractExpression } less ? less.Left : ratio, model) switch
        {
            { Name: "exp" or "expm1", Arguments.Count: 0 } call => TensorCall.Unwrap(call.Subject),
            { Name: "sub" or "subtract" } outer when TensorCall.Of(outer.Subject, model) is { Name: "exp", Arguments.Count: 0 } call => TensorCall.Unwrap(call.Subject),
            _ => null,
        };

    private static bool IsLessOne(ExpressionSyntax ratio, SemanticModel model) =>
        ratio is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.SubtractExpression } || TensorCall.Of(ratio, model) is { Name: "expm1" or "sub" or "subtract" };

    /// <summary>The log-ratio of each token, where an exponent is that: new minus old, clamped against overflow or not.</summary>
    internal static ExpressionSyntax? LogRatioIn(ExpressionSyntax exponent, SemanticModel model) => IsDifference(LocalUse.Resolve(exponent, model), model) ? exponent : null;

    private static bool IsDifference(ExpressionSyntax expression, SemanticModel model) => TensorCall.Unwrap(expression) switch
    {
        BinaryExpressionSyntax binary => binary.IsKind(SyntaxKind.SubtractExpression),
        var other => TensorCall.Of(other, model) switch
        {
            { Name: "sub" or "subtract" } => true,
            { Name: "clamp" or "clip" or "where" } call => IsDifference(LocalUse.Resolve(call.Name == "where" ? call.Arguments[0].Expression : call.Subject, model), model),
            _ => false,
        },
    };
}
