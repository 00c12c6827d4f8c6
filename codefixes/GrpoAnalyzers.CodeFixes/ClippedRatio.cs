using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>Finds, in the body of an update loop, the log-ratio whose exponential is clipped and the mask that the loss averages under.</summary>
internal sealed class ClippedRatio(BlockSyntax body, StatementSyntax step, SemanticModel model)
{
    /// <summary>Names of operations that act on each element for itself.</summary>
    private static readonly HashSet<string> Elementwise = new(StringComparer.Ordinal)
    {
        "min", "max", "minimum", "maximum", "fmin", "fmax", "mul", "add", "sub", "neg", "clamp", "clip", "clamp_min", "clamp_max", "where", "masked_fill",
    };

    /// <param name="LogRatio">An expression, or the local that holds it.</param>
    /// <param name="Mask">The mask of the loss, or null when the loss has none.</param>
    internal sealed record Found(ExpressionSyntax LogRatio, ExpressionSyntax? Mask);

    public Found? Find()
    {
        var before = body.Statements.TakeWhile(statement => statement != step).SelectMany(statement => statement.DescendantNodes()).OfType<ExpressionSyntax>().ToList();
        var ratios = before.Where(IsClippedExponential).ToList();
        if (ratios.Count != 1)
        {
            return null;
        }

        var logRatio = TensorCall.Unwrap(TensorCall.Of(ratios[0], model)!.Subject);
        if (!IsDifference(LocalUse.Resolve(logRatio, model)) || !CanStandAtStep(logRatio))
        {
            return null;
        }

        var quotients = before.Select(expression => expression is ParenthesizedExpressionSyntax ? null : Quotient.Of(expression, model))
            .OfType<Quotient>().Select(quotient => MaskOf(quotient, ratios[0])).OfType<ExpressionSyntax>().ToList();
        if (quotients.Count > 0)
        {
            var mask = quotients[0];
            return quotients.All(other => other.ToString() == mask.ToString()) && CanStandAtStep(mask) ? new Found(logRatio, mask) : null;
        }

        // Without a mask in sight the mean is over all tokens; a mask that is used in some other way is not understood.
        return before.OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText.IndexOf("mask", StringComparison.OrdinalIgnoreCase) >= 0)
            || before.Any(expression => TensorCall.Of(expression, model) is { Name: "sum" or "where" or "masked_select" })
            ? null
            : new Found(logRatio, null);
    }

    /// <summary><c>exp(x)</c> that is clamped, itself or through the local that holds it.</summary>
    private bool IsClippedExponential(ExpressionSyntax expression)
    {
        if (expression is not InvocationExpressionSyntax || TensorCall.Of(expression, model) is not { Name: "exp" } exponential)
        {
            return false;
        }

        IEnumerable<ExpressionSyntax> readings = [exponential.Syntax];
        if (TensorCall.Wrapped(exponential.Syntax).Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } && model.GetDeclaredSymbol(declarator) is { } symbol)
        {
            var reads = LocalUse.References(symbol, declarator, model);
            if (reads.Any(LocalUse.IsWritten))
            {
                return false;
            }

            readings = reads;
        }

        return readings.Any(reading => reading.Ancestors().OfType<InvocationExpressionSyntax>()
            .Any(call => TensorCall.Of(call, model) is { Name: "clamp" or "clip" } clip && TensorCall.Unwrap(clip.Subject) == reading));
    }

    /// <summary>New minus old, clamped against overflow or not.</summary>
    private bool IsDifference(ExpressionSyntax expression) => TensorCall.Unwrap(expression) switch
    {
        BinaryExpressionSyntax binary => binary.IsKind(SyntaxKind.SubtractExpression),
        var other => TensorCall.Of(other, model) switch
        {
            { Name: "sub" or "subtract" } => true,
            { Name: "clamp" or "clip" } call => IsDifference(LocalUse.Resolve(call.Subject, model)),
            _ => false,
        },
    };

    /// <summary>The <c>m</c> of <c>(x * m).sum(…) / m.sum(…)</c>, where x has the ratio's elements.</summary>
    private ExpressionSyntax? MaskOf(Quotient quotient, ExpressionSyntax ratio)
    {
        if (TensorCall.Of(LocalUse.Resolve(Quotient.WithoutFloor(quotient.Denominator, model), model), model) is not { Name: "sum" } count
            || Numerator(quotient.Numerator) is not { } product)
        {
            return null;
        }

        var mask = TensorCall.Unwrap(count.Subject);
        var (left, right) = product;
        var other = left.ToString() == mask.ToString() ? right : right.ToString() == mask.ToString() ? left : null;
        return other is not null && Reaches(other, ratio) ? mask : null;
    }

    /// <summary>The factors of the product that a sum adds up.</summary>
    private (ExpressionSyntax Left, ExpressionSyntax Right)? Numerator(ExpressionSyntax expression)
    {
        expression = LocalUse.Resolve(expression, model);
        if (expression is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus)
        {
            return Numerator(minus.Operand);
        }

        if (TensorCall.Of(expression, model) is not { Name: "sum" } sum)
        {
            return null;
        }

        return LocalUse.Resolve(sum.Subject, model) switch
        {
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } binary => (TensorCall.Unwrap(binary.Left), TensorCall.Unwrap(binary.Right)),
            var product when TensorCall.Of(product, model) is { Name: "mul", Arguments: [var factor] } call => (TensorCall.Unwrap(call.Subject), TensorCall.Unwrap(factor.Expression)),
            _ => null,
        };
    }

    private bool Reaches(ExpressionSyntax expression, ExpressionSyntax ratio)
    {
        expression = LocalUse.Resolve(expression, model);
        if (expression == ratio)
        {
            return true;
        }

        return expression switch
        {
            BinaryExpressionSyntax binary => Reaches(binary.Left, ratio) || Reaches(binary.Right, ratio),
            PrefixUnaryExpressionSyntax prefix => Reaches(prefix.Operand, ratio),
            _ => TensorCall.Of(expression, model) is { } call && Elementwise.Contains(call.Name)
                && (Reaches(call.Subject, ratio) || call.Arguments.Any(argument => Reaches(argument.Expression, ratio))),
        };
    }

    /// <summary>Whether an expression has the same value just before the step, and costs no forward pass there.</summary>
    private bool CanStandAtStep(ExpressionSyntax expression)
    {
        foreach (var part in expression.DescendantNodesAndSelf().OfType<ExpressionSyntax>())
        {
            if (part is InvocationExpressionSyntax call && (TensorCall.Of(call, model) is not { } operation || operation.Name.EndsWith("_", StringComparison.Ordinal)))
            {
                return false;
            }

            if (part is AssignmentExpressionSyntax or AwaitExpressionSyntax or BaseObjectCreationExpressionSyntax)
            {
                return false;
            }

            if (part is IdentifierNameSyntax name && !IsUnchanged(name))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsUnchanged(IdentifierNameSyntax name)
    {
        if (model.GetSymbolInfo(name).Symbol is not (ILocalSymbol or IParameterSymbol or IFieldSymbol or IPropertySymbol) and { } other)
        {
            return other is IMethodSymbol or ITypeSymbol or INamespaceSymbol;
        }

        var symbol = model.GetSymbolInfo(name).Symbol;
        return symbol is not null
            && (symbol is not ILocalSymbol || model.LookupSymbols(step.SpanStart, name: symbol.Name).Contains(symbol, SymbolEqualityComparer.Default))
            && !LocalUse.References(symbol, body, model).Any(reference => body.Span.Contains(reference.Span) && LocalUse.IsWritten(reference));
    }
}
