using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>The parts of a statement's expression that are always evaluated, in the order in which that happens.</summary>
internal sealed class EvaluationOrder
{
    private readonly SemanticModel model;

    private EvaluationOrder(SemanticModel model) => this.model = model;

    /// <summary>Parts that compute something: calls, operators, fields, elements.</summary>
    public List<ExpressionSyntax> Parts { get; } = [];

    /// <summary>Locals, parameters and constants.</summary>
    public List<ExpressionSyntax> Leaves { get; } = [];

    public static EvaluationOrder Of(StatementSyntax statement, SemanticModel model)
    {
        var order = new EvaluationOrder(model);
        if (RootOf(statement) is { } root)
            order.Visit(root);
        return order;
    }

    /// <summary>The expression that a statement evaluates first, and once.</summary>
    public static ExpressionSyntax? RootOf(StatementSyntax statement) => statement switch
    {
        LocalDeclarationStatementSyntax { IsConst: false, UsingKeyword.RawKind: 0, Declaration: { Type: not RefTypeSyntax, Variables: [{ Initializer.Value: var value }] } } => value,
        ExpressionStatementSyntax expression => expression.Expression,
        ReturnStatementSyntax { Expression: { } value } => value,
        IfStatementSyntax condition => condition.Condition,
        ForEachStatementSyntax loop => loop.Expression,
        _ => null,
    };

    /// <summary>Whether a part has a value that a variable declared with <c>var</c> can hold in its place.</summary>
    public bool FitsVariable(ExpressionSyntax part)
    {
        if (part is InitializerExpressionSyntax || model.GetConstantValue(part).HasValue)
            return false;
        var type = model.GetTypeInfo(part).Type;
        return type is not null and not IErrorTypeSymbol and not IPointerTypeSymbol and { SpecialType: not SpecialType.System_Void, IsRefLikeType: false, TypeKind: not TypeKind.Dynamic }
            && model.GetSymbolInfo(part).Symbol is not (INamespaceOrTypeSymbol or IEventSymbol)
            && !(model.GetSymbolInfo(part).Symbol is IMethodSymbol && part is IdentifierNameSyntax or MemberAccessExpressionSyntax)
            && !(part is MemberAccessExpressionSyntax or IdentifierNameSyntax && type.IsValueType && type.SpecialType == SpecialType.None);
    }

    private void Visit(ExpressionSyntax node)
    {
        switch (node)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                Visit(parenthesized.Expression);
                break;
            case BinaryExpressionSyntax binary when binary.Kind() is SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression or SyntaxKind.CoalesceExpression:
                Visit(binary.Left);
                Add(node);
                break;
            case BinaryExpressionSyntax binary when !binary.IsKind(SyntaxKind.IsExpression) && !binary.IsKind(SyntaxKind.AsExpression):
                Visit(binary.Left);
                Visit(binary.Right);
                Add(node);
                break;
            case PrefixUnaryExpressionSyntax unary when unary.Kind() is SyntaxKind.UnaryMinusExpression or SyntaxKind.UnaryPlusExpression or SyntaxKind.LogicalNotExpression:
                Visit(unary.Operand);
                Add(node);
                break;
            case InvocationExpressionSyntax call:
                VisitCall(call);
                break;
            case ElementAccessExpressionSyntax element:
                Visit(element.Expression);
                VisitArguments(element.ArgumentList.Arguments);
                Add(node);
                break;
            case MemberAccessExpressionSyntax access when model.GetSymbolInfo(access).Symbol is IFieldSymbol { IsConst: false } or IPropertySymbol:
                if (model.GetSymbolInfo(access.Expression).Symbol is not INamespaceOrTypeSymbol)
                    Visit(access.Expression);
                Add(node);
                break;
            case IdentifierNameSyntax when model.GetSymbolInfo(node).Symbol is IFieldSymbol { IsConst: false } or IPropertySymbol:
                Add(node);
                break;
            case CastExpressionSyntax cast:
                Visit(cast.Expression);
                Add(node);
                break;
            case AssignmentExpressionSyntax { Left: IdentifierNameSyntax or DeclarationExpressionSyntax } assignment:
                Visit(assignment.Right);
                break;
            case AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or IdentifierNameSyntax } } assignment:
                Visit(assignment.Right);
                break;
            case ObjectCreationExpressionSyntax { ArgumentList: { } list }:
                VisitArguments(list.Arguments);
                Add(node);
                break;
            case ConditionalExpressionSyntax conditional:
                Visit(conditional.Condition);
                Add(node);
                break;
            case AwaitExpressionSyntax wait:
                Visit(wait.Expression);
                Add(node);
                break;
            case ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax or ObjectCreationExpressionSyntax or ConditionalAccessExpressionSyntax or SwitchExpressionSyntax:
                Add(node);
                break;
            default:
                Leaves.Add(node);
                break;
        }
    }

    private void VisitCall(InvocationExpressionSyntax call)
    {
        if (call.Expression is MemberAccessExpressionSyntax { Expression: not BaseExpressionSyntax } access && model.GetSymbolInfo(access.Expression).Symbol is not INamespaceOrTypeSymbol)
            Visit(access.Expression);
        VisitArguments(call.ArgumentList.Arguments);
        Add(call);
    }

    private void VisitArguments(SeparatedSyntaxList<ArgumentSyntax> arguments)
    {
        foreach (var argument in arguments)
        {
            if (argument.RefKindKeyword.IsKind(SyntaxKind.None))
                Visit(argument.Expression);
        }
    }

    private void Add(ExpressionSyntax node)
    {
        // Part of an assignment's left side is not a value.
        if (node.Parent is not AssignmentExpressionSyntax assignment || assignment.Left != node)
            Parts.Add(node);
    }
}
