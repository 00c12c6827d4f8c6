using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>Puts the value of a variable that is used once, and the result of a method that is called once, in the place of their use.</summary>
internal sealed class InlineOnce : ProgramRewriter
{
    private const int Rounds = 3;

    private static readonly string[] Impure =
    [
        "backward", "rand", "randn", "randint", "randperm", "rand_like", "randn_like", "multinomial", "bernoulli", "normal", "poisson", "dropout", "manual_seed", "save", "Dispose",
        "MoveToOuterDisposeScope", "DetachFromDisposeScope", "no_grad", "NewDisposeScope", "set_grad_enabled", "inference_mode", "enable_grad", "load",
    ];

    public override string Name => "inline";

    public override CSharpCompilation Apply(CSharpCompilation compilation, Random random, out int changes)
    {
        changes = 0;
        for (var round = 0; round < Rounds; round++)
        {
            compilation = InlineMethod(compilation, random, ref changes);
            compilation = base.Apply(compilation, random, out var count);
            changes += count;
            if (count == 0)
                break;
        }

        return compilation;
    }

    protected override SyntaxNode Rewrite(CompilationUnitSyntax root, SemanticModel model, Random random, out int changes)
    {
        var edits = new Dictionary<SyntaxNode, SyntaxNode>();
        var removed = new HashSet<SyntaxNode>();
        foreach (var block in root.DescendantNodes().OfType<BlockSyntax>())
        {
            for (var i = 0; i + 1 < block.Statements.Count; i++)
            {
                if (block.Statements[i] is not LocalDeclarationStatementSyntax declaration || random.Next(4) == 0
                    || UseOf(declaration, block.Statements[i + 1], block, model) is not var (use, value)
                    || edits.Keys.Concat(removed).Any(edit => edit.Span.IntersectsWith(declaration.Span) || declaration.Parent!.Span.Contains(edit.Span) && edit.FirstAncestorOrSelf<BlockSyntax>() != block))
                {
                    continue;
                }

                edits.Add(use, Operand(value));
                removed.Add(declaration);
                i++;
            }
        }

        changes = edits.Count;
        var blocks = removed.Select(statement => statement.Parent!).ToHashSet();
        return root.ReplaceNodes(edits.Keys.Concat(blocks), (original, node) =>
            edits.TryGetValue(original, out var replacement)
                ? replacement
                : ((BlockSyntax)node).WithStatements(List(((BlockSyntax)original).Statements.Zip(((BlockSyntax)node).Statements).Where(pair => !removed.Contains(pair.First)).Select(pair => pair.Second))));
    }

    /// <summary>The one use of a variable in the statement after its declaration, where the value may be computed there just as well.</summary>
    private static (IdentifierNameSyntax Use, ExpressionSyntax Value)? UseOf(LocalDeclarationStatementSyntax declaration, StatementSyntax next, BlockSyntax block, SemanticModel model)
    {
        if (EvaluationOrder.RootOf(declaration) is not { } value || declaration.Declaration.Variables is not [var variable] || model.GetDeclaredSymbol(variable) is not ILocalSymbol local)
            return null;
        var type = model.GetTypeInfo(value);
        if (type.Type is null || !SymbolEqualityComparer.Default.Equals(type.Type, local.Type) || value is InitializerExpressionSyntax or BaseObjectCreationExpressionSyntax { Initializer: not null }
            || value.DescendantNodesAndSelf().Any(node => node is AnonymousFunctionExpressionSyntax or DeclarationExpressionSyntax or PatternSyntax or AwaitExpressionSyntax or SwitchExpressionSyntax))
        {
            return null;
        }

        var uses = block.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == local.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol, local)).ToList();
        if (uses is not [var use] || !next.Span.Contains(use.Span))
            return null;
        var order = EvaluationOrder.Of(next, model);
        if (!order.Leaves.Contains(use) || use.Parent is ArgumentSyntax { Parent: TupleExpressionSyntax } || (use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use))
            return null;
        var earlier = order.Parts.Where(part => part.Span.End <= use.SpanStart).ToList();
        return earlier.Count == 0 || (IsPure(value, model) && earlier.TrueForAll(part => IsPure(part, model))) ? (use, value.WithoutTrivia()) : null;
    }

    /// <summary>Whether a computation neither changes anything nor depends on when it is done.</summary>
    private static bool IsPure(ExpressionSyntax expression, SemanticModel model) => expression.DescendantNodesAndSelf().OfType<ExpressionSyntax>().All(node => node switch
    {
        InvocationExpressionSyntax call => model.GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType: { Name: "Tensor" or "torch" or "Math" or "MathF" } } method
            && method.Name[^1] != '_' && !Impure.Contains(method.Name),
        AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax or AwaitExpressionSyntax or BaseObjectCreationExpressionSyntax or AnonymousFunctionExpressionSyntax => false,
        PrefixUnaryExpressionSyntax unary => unary.Kind() is not (SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression),
        MemberAccessExpressionSyntax or IdentifierNameSyntax => model.GetSymbolInfo(node).Symbol is not IPropertySymbol { ContainingType.Name: not "Tensor" },
        _ => true,
    });

    /// <summary>Puts the expression of one method that is called once in the place of its call.</summary>
    private static CSharpCompilation InlineMethod(CSharpCompilation compilation, Random random, ref int changes)
    {
        var candidates = new List<(MethodDeclarationSyntax Method, ExpressionSyntax Body)>();
        foreach (var tree in compilation.SyntaxTrees)
        {
            foreach (var method in tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>())
            {
                var value = method.ExpressionBody?.Expression ?? (method.Body?.Statements is [ReturnStatementSyntax { Expression: { } returned }] ? returned : null);
                if (value is not null && method.TypeParameterList is null && method.Parent is ClassDeclarationSyntax && method.AttributeLists.Count == 0
                    && !method.Modifiers.Any(modifier => modifier.Kind() is SyntaxKind.VirtualKeyword or SyntaxKind.OverrideKeyword or SyntaxKind.AsyncKeyword or SyntaxKind.AbstractKeyword))
                {
                    candidates.Add((method, value));
                }
            }
        }

        Shuffle(candidates, random);
        foreach (var (method, body) in candidates)
        {
            if (CallOf(compilation, method, body) is not var (call, replacement))
                continue;
            changes++;
            if (call.SyntaxTree == method.SyntaxTree)
            {
                var root = method.SyntaxTree.GetRoot();
                var tracked = root.TrackNodes(method, call);
                tracked = tracked.ReplaceNode(tracked.GetCurrentNode(call)!, replacement);
                tracked = tracked.RemoveNode(tracked.GetCurrentNode(method)!, SyntaxRemoveOptions.KeepNoTrivia)!;
                return compilation.ReplaceSyntaxTree(method.SyntaxTree, MarkedProgram.Reparse(method.SyntaxTree, tracked));
            }
        }

        return compilation;
    }

    private static (InvocationExpressionSyntax Call, ExpressionSyntax Replacement)? CallOf(CSharpCompilation compilation, MethodDeclarationSyntax method, ExpressionSyntax body)
    {
        var model = compilation.GetSemanticModel(method.SyntaxTree);
        var symbol = model.GetDeclaredSymbol(method)!;
        var mentions = compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<IdentifierNameSyntax>())
            .Where(name => name.Identifier.ValueText == symbol.Name).ToList();
        if (mentions is not [{ SyntaxTree: var home } mention] || home != method.SyntaxTree || mention.FirstAncestorOrSelf<TypeDeclarationSyntax>() != method.Parent
            || mention.FirstAncestorOrSelf<MethodDeclarationSyntax>() == method
            || symbol.ContainingType.AllInterfaces.Any(@interface => @interface.GetMembers(symbol.Name).Length > 0)
            || (mention.Parent is MemberAccessExpressionSyntax ? mention.Parent : mention).Parent is not InvocationExpressionSyntax call
            || call.FirstAncestorOrSelf<BlockSyntax>() is null || call.Parent is ConditionalAccessExpressionSyntax or ExpressionStatementSyntax
            || !SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(call).Symbol, symbol)
            || call.ArgumentList.Arguments.Count != symbol.Parameters.Length
            || !SymbolEqualityComparer.Default.Equals(model.GetTypeInfo(body).Type, symbol.ReturnType)
            || body.DescendantNodesAndSelf().Any(node => node is DeclarationExpressionSyntax or PatternSyntax or AssignmentExpressionSyntax or AwaitExpressionSyntax or ThrowExpressionSyntax
                or ParameterSyntax or LocalFunctionStatementSyntax or QueryExpressionSyntax or ImplicitObjectCreationExpressionSyntax))
        {
            return null;
        }

        var locals = model.LookupSymbols(call.SpanStart).Where(found => found is ILocalSymbol or IParameterSymbol).Select(found => found.Name).ToHashSet(StringComparer.Ordinal);
        var replacements = new Dictionary<SyntaxNode, SyntaxNode>();
        foreach (var name in body.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
        {
            if (model.GetSymbolInfo(name).Symbol is IParameterSymbol parameter && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, symbol))
            {
                var argument = call.ArgumentList.Arguments[parameter.Ordinal];
                var type = model.GetTypeInfo(argument.Expression);
                if (argument.NameColon is not null || parameter.RefKind != RefKind.None || parameter.IsParams || !IsTrivial(argument.Expression, model)
                    || name.Parent is PostfixUnaryExpressionSyntax or ArgumentSyntax { RefKindKeyword.RawKind: not 0 })
                {
                    return null;
                }

                replacements.Add(name, SymbolEqualityComparer.Default.Equals(type.Type, parameter.Type)
                    ? Operand(argument.Expression.WithoutTrivia())
                    : ParenthesizedExpression(CastExpression(ParseTypeName(parameter.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)), Operand(argument.Expression.WithoutTrivia()))));
            }
            else if (locals.Contains(name.Identifier.ValueText) && name.Parent is not MemberAccessExpressionSyntax { Name: IdentifierNameSyntax } and not NameColonSyntax)
            {
                return null;
            }
        }

        if (call.ArgumentList.Arguments.Any(argument => !IsTrivial(argument.Expression, model)))
            return null;
        var inlined = call.CopyAnnotationsTo(body.ReplaceNodes(replacements.Keys, (original, _) => replacements[original]).WithoutTrivia())!;
        return (call, ParenthesizedExpression(inlined));
    }

    private static bool IsTrivial(ExpressionSyntax expression, SemanticModel model) =>
        model.GetConstantValue(expression).HasValue
        || expression is IdentifierNameSyntax && model.GetSymbolInfo(expression).Symbol is ILocalSymbol or IParameterSymbol or IFieldSymbol { IsReadOnly: true };
}
