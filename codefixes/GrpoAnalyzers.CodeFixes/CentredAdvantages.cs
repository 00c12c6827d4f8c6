using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>GRPO002: the division by the spread goes, with what only served it.</summary>
internal static class CentredAdvantages
{
    public static bool TryEdit(Defect defect)
    {
        if (SharedHelper.Holds(defect))
        {
            return InlinedHelper.Of(defect) is { } helper && Put(defect, helper.Call, helper.TokenSum);
        }

        if (defect.At.Site.Syntax is not ExpressionSyntax expression)
        {
            return false;
        }

        var model = defect.Model(expression);
        expression = TensorCall.Unwrap(expression);
        if (defect.At.Op == Op.Normalise)
        {
            return Normaliser.TryEdit(expression, model, defect.Edits);
        }

        if (defect.At.Op == Op.Div && Shape.Factors(defect.At[1]).Count > 1)
        {
            return false;
        }

        if (expression is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.DivideAssignmentExpression, Parent: ExpressionStatementSyntax compound })
        {
            return RemoveStatement(compound, defect);
        }

        if (Quotient.Of(expression, model) is { } quotient)
        {
            return model.GetConstantValue(quotient.Numerator).HasValue
                ? InverseWeight.TryRemove(quotient.Syntax, defect)
                : Keep(quotient.Syntax, quotient.Numerator, quotient.Denominator, defect);
        }

        if (Scale.IsInverse(expression, model))
        {
            if (Scale.ProductAround(expression, model) is not { } product)
            {
                return InverseWeight.TryRemove(expression, defect);
            }

            expression = product;
        }

        return Scale.Of(expression, model) is { } scale && Keep(expression, scale.Scaled, scale.By, defect);
    }

    /// <summary>Puts what is divided in the place of the division.</summary>
    private static bool Keep(ExpressionSyntax division, ExpressionSyntax divided, ExpressionSyntax divisor, Defect defect)
    {
        var model = defect.Model(division);
        if (TensorCall.Wrapped(division).Parent is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment
            && IsSame(assignment.Left, divided, model))
        {
            return assignment.Parent is ExpressionStatementSyntax statement && RemoveStatement(statement, defect);
        }

        // x.div_(s); alone does nothing any more.
        if (division.Parent is ExpressionStatementSyntax inPlace)
        {
            if (TensorCall.Unwrap(divided) is IdentifierNameSyntax)
            {
                return RemoveStatement(inPlace, defect);
            }

            if (divided is not InvocationExpressionSyntax)
            {
                return false;
            }
        }

        if (!SymbolEqualityComparer.Default.Equals(model.GetTypeInfo(divided).Type, model.GetTypeInfo(division).Type))
        {
            if (model.GetTypeInfo(divided).Type is not { SpecialType: SpecialType.System_Single } single)
            {
                return false;
            }

            // The division alone made it a double.
            if (TensorCall.Wrapped(division).Parent is not CastExpressionSyntax cast || !SymbolEqualityComparer.Default.Equals(model.GetTypeInfo(cast).Type, single))
            {
                if (model.GetTypeInfo(division).Type?.SpecialType != SpecialType.System_Double || division.Parent is ExpressionStatementSyntax)
                {
                    return false;
                }

                defect.Edits.At(division).Replace(division.Span, $"(double)({TensorCall.Unwrap(divided)})");
                defect.Edits.Drop(divisor);
                return true;
            }

            division = cast;
        }

        if (OtherArm(division, model) is { } choice && TensorCall.Unwrap(choice.Other).ToString() == TensorCall.Unwrap(divided).ToString()
            && new Purity(model).IsPure(choice.Condition))
        {
            // Both arms would be the same.
            var edits = defect.Edits.At(division);
            edits.Reduce(choice.Whole, choice.Other);
            edits.Lose(choice.Whole.DescendantNodesAndSelf().Except(choice.Other.DescendantNodesAndSelf()).OfType<IdentifierNameSyntax>());
            new UnusedDefinitions(model, edits).RemoveAfter(divisor, choice.Condition);
            return true;
        }

        defect.Edits.At(division).Reduce(division, divided);
        defect.Edits.Drop(divisor);
        return true;
    }

    /// <summary>The choice that a division is an arm of, and its other arm.</summary>
    private static (ExpressionSyntax Whole, ExpressionSyntax Other, ExpressionSyntax Condition)? OtherArm(ExpressionSyntax division, SemanticModel model)
    {
        var arm = TensorCall.Wrapped(division);
        return arm.Parent switch
        {
            ConditionalExpressionSyntax choice when choice.WhenTrue == arm => (choice, choice.WhenFalse, choice.Condition),
            ConditionalExpressionSyntax choice when choice.WhenFalse == arm => (choice, choice.WhenTrue, choice.Condition),
            ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } when TensorCall.Of(call, model) is { Name: "where", IsStatic: true, Subject: var condition, Arguments: [var first, var second] } =>
                (call, first.Expression == arm ? second.Expression : first.Expression, condition),
            _ => null,
        };
    }

    private static bool IsSame(ExpressionSyntax target, ExpressionSyntax source, SemanticModel model) => (target, TensorCall.Unwrap(source)) switch
    {
        (IdentifierNameSyntax left, IdentifierNameSyntax right) => SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(left).Symbol, model.GetSymbolInfo(right).Symbol),
        (var left, var right) => left is MemberAccessExpressionSyntax or ElementAccessExpressionSyntax && left.ToString() == right.ToString(),
    };

    private static bool RemoveStatement(ExpressionStatementSyntax statement, Defect defect)
    {
        if (statement.Parent is not (BlockSyntax or IfStatementSyntax { Else: null } or ForStatementSyntax or ForEachStatementSyntax))
        {
            return false;
        }

        new UnusedDefinitions(defect.Model(statement), defect.Edits.At(statement)).RemoveAfter(statement);
        return true;
    }

    private static bool Put(Defect defect, ExpressionSyntax replaced, string text)
    {
        defect.Edits.At(replaced).Replace(replaced.Span, text);
        return true;
    }
}
