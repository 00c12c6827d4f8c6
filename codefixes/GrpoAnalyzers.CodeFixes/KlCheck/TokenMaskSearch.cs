using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>Follows a ratio from where it is computed towards the loss and collects what its tokens are multiplied with and selected by.</summary>
internal sealed class TokenMaskSearch(SyntaxNode function, Func<SyntaxNode, SemanticModel> models)
{
    private readonly HashSet<SyntaxNode> seen = [];
    private readonly List<ExpressionSyntax> factors = [];
    private readonly List<TokenMask> selections = [];
    private readonly HashSet<ExpressionSyntax> masks = [];
    private readonly Dictionary<ISymbol, ExpressionSyntax> arguments = new(SymbolEqualityComparer.Default);
    private bool isLost;

    /// <summary>Whether the search came to an end; the mask is null where the loss has none.</summary>
    /// <param name="start">The ratio, or the log-ratio.</param>
    /// <param name="mask">The mask.</param>
    /// <param name="masked">The ratio's exponent, where it is masked itself: by the mask of the tokens, or the search fails.</param>
    public bool TryFind(ExpressionSyntax start, out TokenMask? mask, MaskedExponent? masked = null)
    {
        Climb(start, isReduced: false);
        foreach (var product in masked?.Factors ?? [])
        {
            isLost |= !IsMask(product);
            factors.Add(product);
        }

        foreach (var (condition, isNegated) in masked?.Conditions ?? [])
        {
            Select(condition, isNegated);
        }

        var found = selections.Concat(factors.Where(IsMask).Select(factor => new TokenMask(factor, TokenMask.Written(factor), Selects: false)))
            .GroupBy(candidate => candidate.Text).Select(group => group.First()).ToList();
        // The same tokens, as a factor and as a condition: the factor says it.
        if (found.Count > 1 && found.Count(candidate => !candidate.Selects) == 1 && found.Single(candidate => !candidate.Selects) is { } factor
            && found.All(candidate => candidate == factor || candidate.Text.Contains(factor.Text)))
        {
            found = [factor];
        }

        mask = found.FirstOrDefault();
        return !isLost && (found.Count == 1 || (found.Count == 0 && !NamesMask()));
    }

    /// <summary>A mask that the search did not come across is one that is used in a way it does not understand.</summary>
    private bool NamesMask() => Functions.Own(function).OfType<SimpleNameSyntax>().Any(name => HasMaskName(name.Identifier.ValueText))
        || function.DescendantNodes().OfType<ParameterSyntax>().Any(parameter => parameter.Parent?.Parent == function && HasMaskName(parameter.Identifier.ValueText));

    private static bool HasMaskName(string name) =>
        name.IndexOf("mask", StringComparison.OrdinalIgnoreCase) >= 0 && name is not ("masked_fill" or "masked_select");

    /// <summary>A factor by whose sum something is divided, or that its author calls a mask.</summary>
    private bool IsMask(ExpressionSyntax factor)
    {
        if (masks.Contains(factor) || HasMaskName(NameOf(factor)))
        {
            return true;
        }

        var text = factor.ToString();
        var scope = function.FirstAncestorOrSelf<MemberDeclarationSyntax>(member => member is not GlobalStatementSyntax) ?? function;
        return IsSummed(text, scope);
    }

    private bool IsSummed(string text, SyntaxNode scope) => scope.DescendantNodes().OfType<InvocationExpressionSyntax>()
        .Any(call => TensorCall.Of(call, models(call)) is { Name: "sum" } sum && TensorCall.Unwrap(sum.Subject).ToString() == text);

    private static string NameOf(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        ElementAccessExpressionSyntax element => NameOf(element.Expression),
        PostfixUnaryExpressionSyntax postfix => NameOf(postfix.Operand),
        _ => "",
    };

    private void Climb(ExpressionSyntax value, bool isReduced)
    {
        if (!seen.Add(value))
        {
            return;
        }

        var outer = TensorCall.Wrapped(value);
        switch (outer.Parent)
        {
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } when models(declarator).GetDeclaredSymbol(declarator) is { } symbol:
                ClimbReads(symbol, declarator, isReduced);
                break;
            case AssignmentExpressionSyntax assignment when assignment.Right == outer:
                if (assignment.OperatorToken.Text is "*=")
                {
                    Factor(assignment.Left, isReduced);
                }

                if (models(assignment).GetSymbolInfo(assignment.Left).Symbol is (ILocalSymbol or IParameterSymbol) and var target)
                {
                    ClimbReads(target, assignment, isReduced);
                }

                break;
            case AssignmentExpressionSyntax assignment when assignment.Left == outer && assignment.OperatorToken.Text is "*=":
                Factor(assignment.Right, isReduced);
                break;
            case BinaryExpressionSyntax binary:
                ClimbBinary(binary, outer, isReduced);
                break;
            case PrefixUnaryExpressionSyntax prefix:
                Climb(prefix, isReduced);
                break;
            case ConditionalExpressionSyntax choice when choice.Condition != outer:
                Climb(choice, isReduced);
                break;
            case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access when access.Expression == outer:
                if (TensorCall.Of(call, models(call)) is not null)
                {
                    ClimbCall(call, isReduced);
                }
                else
                {
                    ClimbHelper(call, access.Expression, isReduced);
                }

                break;
            case ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } } argument:
                if (TensorCall.Of(call, models(call)) is not null)
                {
                    ClimbCall(call, isReduced);
                }
                else
                {
                    ClimbHelper(call, argument.Expression, isReduced);
                }

                break;
        }
    }

    private void ClimbReads(ISymbol symbol, SyntaxNode declaration, bool isReduced)
    {
        foreach (var read in LocalUse.References(symbol, declaration, models(declaration)).Where(read => !IsAssigned(read)))
        {
            Climb(read, isReduced);
        }
    }

    private static bool IsAssigned(IdentifierNameSyntax read) => read.Parent is AssignmentExpressionSyntax { OperatorToken.Text: "=" } assignment && assignment.Left == read;

    private void ClimbBinary(BinaryExpressionSyntax binary, ExpressionSyntax side, bool isReduced)
    {
        switch (binary.Kind())
        {
            case SyntaxKind.MultiplyExpression:
                Factor(binary.Left == side ? binary.Right : binary.Left, isReduced);
                Climb(binary, isReduced);
                break;
            case SyntaxKind.AddExpression or SyntaxKind.SubtractExpression:
            case SyntaxKind.DivideExpression when binary.Left == side:
                Climb(binary, isReduced);
                break;
        }
    }

    private void ClimbCall(InvocationExpressionSyntax syntax, bool isReduced)
    {
        if (TensorCall.Of(syntax, models(syntax)) is not { } call)
        {
            return;
        }

        ExpressionSyntax[] operands = [call.Subject, .. call.Arguments.Select(argument => argument.Expression)];
        switch (call.Name)
        {
            case "mul" or "mul_" or "multiply":
                foreach (var operand in operands.Where(operand => !seen.Contains(TensorCall.Unwrap(operand)) && !seen.Contains(operand)))
                {
                    Factor(operand, isReduced);
                }

                break;
            case "bmm" or "matmul":
                foreach (var operand in operands.Select(Unviewed).Where(operand => !seen.Contains(operand)))
                {
                    Factor(operand, isReduced);
                }

                Climb(syntax, isReduced: true);
                return;
            case "masked_fill" when call.Arguments is [var filled, ..]:
                Fill(filled.Expression);
                break;
            case "masked_select" when call.Arguments is [var selected]:
                Select(selected.Expression, isNegated: false);
                break;
            case "where" when call.Arguments is [var first, var second] && !seen.Contains(TensorCall.Unwrap(call.Subject)):
                if (IsZero(second.Expression) || IsZero(first.Expression))
                {
                    Select(call.Subject, isNegated: IsZero(first.Expression));
                }

                break;
            case "gt" or "lt" or "ge" or "le" or "eq" or "ne" or "shape" or "detach":
                return;
        }

        Climb(syntax, isReduced || call.Name is "sum" or "mean" or "nansum");
    }

    /// <summary>What is written behind changes of shape.</summary>
    private ExpressionSyntax Unviewed(ExpressionSyntax operand)
    {
        operand = TensorCall.Unwrap(operand);
        return !seen.Contains(operand) && TensorCall.Of(operand, models(operand)) is { IsView: true } view ? Unviewed(view.Subject) : operand;
    }

    /// <summary>Into a method that is given the value, and back out of it.</summary>
    private void ClimbHelper(InvocationExpressionSyntax call, ExpressionSyntax from, bool isReduced)
    {
        var model = models(call);
        if (model.GetSymbolInfo(call).Symbol is not IMethodSymbol method)
        {
            return;
        }

        // A lambda that a local holds.
        SyntaxNode? lambda = null;
        if (method.MethodKind == MethodKind.DelegateInvoke)
        {
            if (LocalUse.Resolve(call.Expression, model) is not AnonymousFunctionExpressionSyntax held || models(held).GetSymbolInfo(held).Symbol is not IMethodSymbol own)
            {
                return;
            }

            (lambda, method) = (held, own);
        }

        // einsum takes its tensors after the equation.
        if (method is { Name: "einsum", ContainingType.Name: "torch" })
        {
            foreach (var other in call.ArgumentList.Arguments.Where(other => other.Expression != from && TensorCall.IsTensor(model.GetTypeInfo(other.Expression).Type)))
            {
                Factor(other.Expression, isReduced);
            }

            Climb(call, isReduced: true);
            return;
        }

        // An extension method's first parameter is what it is called on.
        var receiver = method.ReducedFrom is null ? null : (call.Expression as MemberAccessExpressionSyntax)?.Expression;
        method = method.ReducedFrom ?? method;
        if (lambda is null && method.DeclaringSyntaxReferences is not [_])
        {
            return;
        }

        var declaration = lambda ?? method.DeclaringSyntaxReferences[0].GetSyntax();
        IParameterSymbol? value = null;
        var all = call.ArgumentList.Arguments.Select(given => (given.NameColon?.Name.Identifier.ValueText, given.Expression)).ToList();
        if (receiver is not null)
        {
            all.Insert(0, (null, receiver));
        }

        for (var i = 0; i < all.Count; i++)
        {
            var (name, given) = all[i];
            var parameter = name is null ? method.Parameters.ElementAtOrDefault(i) : method.Parameters.FirstOrDefault(candidate => candidate.Name == name);
            if (parameter is null || arguments.ContainsKey(parameter))
            {
                return;
            }

            arguments.Add(parameter, given);
            value = given == from ? parameter : value;
            if (HasMaskName(parameter.Name) || IsSummed(parameter.Name, declaration))
            {
                masks.Add(TensorCall.Unwrap(given));
                if (method.IsAbstract)
                {
                    // What implements it is not looked into: it is given the mask.
                    Factor(given, isReduced);
                }
            }
        }

        if (value is not null)
        {
            foreach (var read in LocalUse.References(value, declaration, models(declaration)).Where(read => !IsAssigned(read)))
            {
                Climb(read, isReduced);
            }
        }

        Climb(call, isReduced);
    }

    private void Factor(ExpressionSyntax factor, bool isReduced)
    {
        factor = TensorCall.Unwrap(factor);
        if (isReduced || !TensorCall.IsTensor(models(factor).GetTypeInfo(factor).Type))
        {
            return;
        }

        switch (factor)
        {
            case IdentifierNameSyntax name when models(name).GetSymbolInfo(name).Symbol is IParameterSymbol parameter && arguments.TryGetValue(parameter, out var argument):
                Factor(argument, isReduced);
                return;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product:
                Factor(product.Left, isReduced);
                Factor(product.Right, isReduced);
                return;
            case PrefixUnaryExpressionSyntax prefix:
                Factor(prefix.Operand, isReduced);
                return;
        }

        // Weights that are the mask over its sum.
        if (Quotient.Of(LocalUse.Resolve(factor, models(factor)), models(factor)) is { } quotient && quotient.Numerator is not LiteralExpressionSyntax)
        {
            Factor(quotient.Numerator, isReduced);
            return;
        }

        // What a helper multiplies with and was not given has no name here.
        isLost |= factor.SyntaxTree != function.SyntaxTree || !function.Span.Contains(factor.Span);
        factors.Add(factor);
    }

    private void Fill(ExpressionSyntax condition) => Select(condition, isNegated: true);

    private void Select(ExpressionSyntax condition, bool isNegated)
    {
        condition = TensorCall.Unwrap(condition);
        if (condition is IdentifierNameSyntax name && models(name).GetSymbolInfo(name).Symbol is IParameterSymbol parameter && arguments.TryGetValue(parameter, out var argument))
        {
            condition = TensorCall.Unwrap(argument);
        }

        // A condition on the ratio or the advantages chooses a side of the clip, not tokens.
        if (condition.DescendantNodesAndSelf().OfType<ExpressionSyntax>().Any(seen.Contains))
        {
            return;
        }

        if (!isNegated)
        {
            selections.Add(new TokenMask(condition, condition.ToString(), Selects: true));
            return;
        }

        switch (condition)
        {
            case PrefixUnaryExpressionSyntax { OperatorToken.Text: "~" or "!" } negated:
                selections.Add(new TokenMask(negated.Operand, negated.Operand.ToString(), Selects: true));
                break;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } equality:
                selections.Add(new TokenMask(condition, $"{equality.Left} != {equality.Right}", Selects: true));
                break;
            case var _ when TensorCall.Of(condition, models(condition)) is { Name: "logical_not" } inverse:
                selections.Add(new TokenMask(inverse.Subject, inverse.Subject.ToString(), Selects: true));
                break;
            case var _ when TensorCall.Of(condition, models(condition)) is { Name: "eq", Arguments: [var value] } equality:
                selections.Add(new TokenMask(condition, $"{TokenMask.Written(equality.Subject)} != {value.Expression}", Selects: true));
                break;
            default:
                isLost = true;
                break;
        }
    }

    private bool IsZero(ExpressionSyntax expression)
    {
        expression = LocalUse.Resolve(expression, models(expression));
        return models(expression).GetConstantValue(expression) is { HasValue: true, Value: 0 or 0L or 0f or 0d }
            || (expression is InvocationExpressionSyntax call && models(call).GetSymbolInfo(call).Symbol is { Name: "zeros_like" or "zeros", ContainingType.Name: "torch" or "Tensor" });
    }
}
