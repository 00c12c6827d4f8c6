using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>GRPO002: <c>(r - mean) / (std + epsilon)</c> becomes <c>r - mean</c>, and what only served the division goes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(Grpo002CentreOnlyCodeFix)), Shared]
public sealed class Grpo002CentreOnlyCodeFix : InPlaceFix
{
    /// <summary>The kind of this fix.</summary>
    public const string Kind = FixKeys.CentreOnly;

    /// <inheritdoc/>
    protected override string RuleId => "GRPO002";

    /// <inheritdoc/>
    protected override string Title => "Subtract the mean and do not divide";

    /// <inheritdoc/>
    protected override string EquivalenceKey => Kind;

    private protected override bool TryEdit(ExpressionSyntax reported, SemanticModel model, SourceEdits edits)
    {
        if (Quotient.Of(reported, model) is not { } quotient
            || !IsSpread(quotient.Denominator, model)
            || model.GetConstantValue(quotient.Numerator).HasValue
            || !SymbolEqualityComparer.Default.Equals(model.GetTypeInfo(quotient.Numerator).Type, model.GetTypeInfo(quotient.Syntax).Type))
        {
            return false;
        }

        if (!IsSelfAssignment(quotient, model, out var statement))
        {
            edits.Reduce(quotient.Syntax, quotient.Numerator);
        }
        else if (statement is { Parent: BlockSyntax })
        {
            edits.Remove(statement);
        }
        else
        {
            return false;
        }

        new UnusedDefinitions(model, edits).RemoveAfter(quotient.Denominator);
        return true;
    }

    /// <summary><c>a = a / std;</c> would become <c>a = a;</c>: the statement goes.</summary>
    private static bool IsSelfAssignment(Quotient quotient, SemanticModel model, out ExpressionStatementSyntax? statement)
    {
        var assignment = TensorCall.Wrapped(quotient.Syntax).Parent as AssignmentExpressionSyntax;
        statement = assignment?.Parent as ExpressionStatementSyntax;
        return assignment is { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax target }
            && TensorCall.Unwrap(quotient.Numerator) is IdentifierNameSyntax source
            && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(target).Symbol, model.GetSymbolInfo(source).Symbol);
    }

    /// <summary>A standard deviation, expanded to the rewards' shape and kept from zero or not.</summary>
    private static bool IsSpread(ExpressionSyntax denominator, SemanticModel model)
    {
        denominator = Quotient.WithoutFloor(denominator, model);
        if (LocalUse.Of(denominator, model) is { } local)
        {
            return IsSpread(local.Value, model);
        }

        if (IsFirstOfStdMean(denominator, model))
        {
            return true;
        }

        if (TensorCall.Of(denominator, model) is { } call)
        {
            return call.Name switch
            {
                "std" or "sqrt" => true,
                "pow" => call.Arguments is [var power, ..] && model.GetConstantValue(power.Expression).Value is 0.5 or 0.5f,
                "repeat_interleave" or "expand" or "expand_as" or "unsqueeze" or "squeeze" or "view" or "reshape" or "index_select" or "flatten" => IsSpread(call.Subject, model),
                _ => false,
            };
        }

        return denominator switch
        {
            CastExpressionSyntax cast => IsSpread(cast.Expression, model),
            InvocationExpressionSyntax host => model.GetSymbolInfo(host).Symbol is IMethodSymbol { Name: "Sqrt", ContainingType.Name: "Math" or "MathF" },
            _ => false,
        };
    }

    /// <summary>The <c>s</c> of <c>var (s, mean) = r.std_mean(…)</c>.</summary>
    private static bool IsFirstOfStdMean(ExpressionSyntax expression, SemanticModel model) =>
        expression is IdentifierNameSyntax name
        && model.GetSymbolInfo(name).Symbol is ILocalSymbol { DeclaringSyntaxReferences: [var reference] }
        && reference.GetSyntax() is SingleVariableDesignationSyntax { Parent: ParenthesizedVariableDesignationSyntax { Variables: [var first, _] } tuple } designation
        && first == designation
        && tuple.Parent is DeclarationExpressionSyntax { Parent: AssignmentExpressionSyntax assignment }
        && TensorCall.Of(assignment.Right, model) is { Name: "std_mean" };
}
