using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>GRPO002: <c>AdvantageEstimator.Centred</c> of GrpoAnalyzers.Runtime in place of what centres and divides rewards.</summary>
internal static class RuntimeAdvantages
{
    public static bool TryEdit(Defect defect)
    {
        if (defect.At.Site.Syntax is not ExpressionSyntax expression || RuntimeNames.At(expression, defect.Edits) is not { } names)
        {
            return defect.Refuse("the project does not reference the library");
        }

        if (SharedHelper.Holds(defect))
        {
            return defect.Refuse("the division stands in a helper that serves others too");
        }

        var model = defect.Model(expression);
        if (Standardised(TensorCall.Unwrap(expression), model) is not var (whole, divided))
        {
            return defect.Refuse("it is not a division of tensors that is written in one expression");
        }

        if (Centring.Of(divided, model) is not { } centring)
        {
            return defect.Refuse("what is divided is not, in the same method, a tensor of rewards less its own mean");
        }

        if (centring.Mean.Arguments.Count == 0)
        {
            // One group: the library wants the rewards in a row.
            var rewards = centring.Rewards.ToString();
            var isRow = IsRow(centring.Rewards, model);
            return Put(whole, $"{names["AdvantageEstimator"]}.Centred.Estimate({(isRow ? rewards : rewards + ".reshape(-1)")}, (int){rewards}.numel()){(isRow ? "" : $".reshape({rewards}.shape)")}", names, defect);
        }

        if (Grouping.Of(centring.Rewards, model) is not { } grouping || !centring.IsOverRows)
        {
            return defect.Refuse("the rewards' groups are not the rows of a view of two axes");
        }

        var flat = IsRow(grouping.Rewards, model) ? grouping.Rewards.ToString() : grouping.Rewards + ".reshape(-1)";
        var size = Size(grouping, centring.Rewards, model);
        var (replaced, shape) = Shaped(whole, centring.Rewards, model);
        return Put(replaced, $"{names["AdvantageEstimator"]}.Centred.Estimate({flat}, {size}){shape}", names, defect);
    }

    /// <summary>The quotient, or product with an inverse, and what is divided in it.</summary>
    private static (ExpressionSyntax Whole, ExpressionSyntax Divided)? Standardised(ExpressionSyntax expression, SemanticModel model)
    {
        if (Scale.IsInverse(expression, model) && Scale.ProductAround(expression, model) is { } product)
        {
            expression = product;
        }

        var found = Quotient.Of(expression, model) is { } quotient ? (quotient.Syntax, quotient.Numerator)
            : Scale.Of(expression, model) is { } scale ? (expression, scale.Scaled)
            : ((ExpressionSyntax, ExpressionSyntax)?)null;
        return found is var (whole, _) && TensorCall.IsTensor(model.GetTypeInfo(whole).Type) && whole.Parent is not ExpressionStatementSyntax ? found : null;
    }

    /// <summary>Replaces an expression and removes what only it read.</summary>
    private static bool Put(ExpressionSyntax replaced, string text, RuntimeNames names, Defect defect)
    {
        var edits = defect.Edits.At(replaced);
        edits.Replace(TensorCall.Wrapped(replaced).Span, text);
        var unused = new UnusedDefinitions(defect.Model(replaced), edits);
        unused.Kept.UnionWith(Microsoft.CodeAnalysis.CSharp.SyntaxFactory.ParseExpression(text).DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText));
        unused.RemoveAfter(replaced);
        names.Import();
        return true;
    }

    /// <summary>The number of completions in a group as C# says it.</summary>
    private static string Size(Grouping grouping, ExpressionSyntax groups, SemanticModel model)
    {
        if (grouping.Size is not { } size)
        {
            return $"(int){groups}.shape[1]";
        }

        return model.GetTypeInfo(size).Type is { SpecialType: SpecialType.System_Int32 } ? size.ToString() : size is LiteralExpressionSyntax ? size.ToString().TrimEnd('L', 'l') : $"(int){size}";
    }

    /// <summary>What is replaced and the shape that the advantages get: the code may put them in a row or a column itself.</summary>
    private static (ExpressionSyntax Replaced, string Shape) Shaped(ExpressionSyntax whole, ExpressionSyntax groups, SemanticModel model)
    {
        if (TensorCall.Wrapped(whole) is { Parent: MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } } && TensorCall.Of(call, model) is { } view)
        {
            switch (view.Name, string.Join(",", view.Arguments.Select(argument => argument.Expression.ToString())))
            {
                case ("view" or "reshape", "-1") or ("flatten", ""):
                    return (call, "");
                case ("view" or "reshape", "-1,1"):
                    return (call, ".unsqueeze(1)");
            }
        }

        return (whole, groups is IdentifierNameSyntax ? $".view_as({groups})" : $".reshape({groups}.shape)");
    }

    /// <summary>Whether a tensor is known to have one axis.</summary>
    private static bool IsRow(ExpressionSyntax rewards, SemanticModel model)
    {
        var value = LocalUse.Resolve(rewards, model);
        return TensorCall.Of(value, model) is { } call
            ? call.Name == "flatten" && call.Arguments.Count == 0 || call.Name is "view" or "reshape" && call.Arguments is [{ Expression: var only }] && only.ToString() == "-1"
            : value is InvocationExpressionSyntax { ArgumentList.Arguments: [var first, ..] } creation
                && model.GetSymbolInfo(creation).Symbol is IMethodSymbol { Name: "tensor", ContainingType.Name: "torch" }
                && model.GetTypeInfo(first.Expression).Type is IArrayTypeSymbol { Rank: 1, ElementType: not IArrayTypeSymbol };
    }

    /// <summary>Rewards less their mean.</summary>
    private sealed record Centring(ExpressionSyntax Rewards, TensorCall Mean)
    {
        /// <summary>Whether the mean is over the second of two axes.</summary>
        public bool IsOverRows => Mean.Arguments[0].Expression switch
        {
            CollectionExpressionSyntax { Elements: [ExpressionElementSyntax only] } => IsLast(only.Expression),
            ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: [var only] } => IsLast(only),
            ArrayCreationExpressionSyntax { Initializer.Expressions: [var only] } => IsLast(only),
            var plain => IsLast(plain),
        };

        public static Centring? Of(ExpressionSyntax original, SemanticModel model)
        {
            var divided = Stability.ValueOf(original, model);
            var (left, right) = divided is BinaryExpressionSyntax { OperatorToken.Text: "-" } minus ? (minus.Left, minus.Right)
                : TensorCall.Of(divided, model) is { Name: "sub" or "subtract", Arguments: [var subtracted] } sub ? (sub.Subject, subtracted.Expression)
                : (null, null);
            if (left is null || right is null)
            {
                return null;
            }

            var rewards = TensorCall.Unwrap(left);
            if (rewards is not (IdentifierNameSyntax or MemberAccessExpressionSyntax))
            {
                return null;
            }

            // What is read earlier than the division has to be what is read there.
            if ((TensorCall.Unwrap(right) is IdentifierNameSyntax || TensorCall.Unwrap(original) is IdentifierNameSyntax) && !Stability.IsStable(rewards, model))
            {
                return null;
            }

            // The mean of a pair is known by its place alone: std_mean gives it second.
            if (TensorCall.Unwrap(right) is IdentifierNameSyntax name && Pair(name, model) is { } pair)
            {
                return pair.Subject.ToString() == rewards.ToString() ? new Centring(rewards, pair) : null;
            }

            return TensorCall.Of(LocalUse.Resolve(right, model), model) is { Name: "mean" } mean && mean.Subject.ToString() == rewards.ToString() ? new Centring(rewards, mean) : null;
        }

        private static TensorCall? Pair(IdentifierNameSyntax name, SemanticModel model) =>
            model.GetSymbolInfo(name).Symbol is ILocalSymbol { DeclaringSyntaxReferences: [var reference] }
            && reference.GetSyntax() is SingleVariableDesignationSyntax { Parent: ParenthesizedVariableDesignationSyntax { Variables: [_, var second] }, Parent.Parent: DeclarationExpressionSyntax { Parent: AssignmentExpressionSyntax assignment } } variable
            && second == variable
            && TensorCall.Of(assignment.Right, model) is { Name: "std_mean" or "var_mean" } call
                ? call
                : null;

        private static bool IsLast(ExpressionSyntax axis) => axis.ToString() is "1" or "1L" or "-1" or "-1L";
    }

    /// <summary>Rewards in a view of a row for each prompt.</summary>
    /// <param name="Rewards">What is viewed.</param>
    /// <param name="Size">The number of completions in a row; null where the view does not say it.</param>
    private sealed record Grouping(ExpressionSyntax Rewards, ExpressionSyntax? Size)
    {
        public static Grouping? Of(ExpressionSyntax groups, SemanticModel model)
        {
            if (TensorCall.Of(Stability.ValueOf(groups, model), model) is not { Name: "view" or "reshape", IsStatic: false } view
                || view.Subject is not (IdentifierNameSyntax or MemberAccessExpressionSyntax)
                || Axes(view) is not [var rows, var size])
            {
                return null;
            }

            var isNamed = size is IdentifierNameSyntax or LiteralExpressionSyntax or MemberAccessExpressionSyntax && new Purity(model).IsPure(size);
            return new Grouping(view.Subject, rows.ToString() is "-1" or "-1L" && isNamed ? size : null);
        }

        private static IReadOnlyList<ExpressionSyntax> Axes(TensorCall view) => view.Arguments is [var only] ? only.Expression switch
        {
            CollectionExpressionSyntax list => [.. list.Elements.OfType<ExpressionElementSyntax>().Select(element => element.Expression)],
            ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: var all } => [.. all],
            ArrayCreationExpressionSyntax { Initializer.Expressions: var all } => [.. all],
            _ => [],
        }
        : [.. view.Arguments.Select(argument => argument.Expression)];
    }
}
