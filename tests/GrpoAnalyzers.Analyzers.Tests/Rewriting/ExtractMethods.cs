using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>Moves an expression or some statements of a method into a method of their own.</summary>
internal sealed class ExtractMethods : ProgramRewriter
{
    private const int Attempts = 12;

    private const int MaximumOutputs = 3;

    private static readonly string[] Names = ["Compute", "Prepare", "Inner", "Part", "Apply"];

    private static readonly SymbolDisplayFormat TypeFormat =
        SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public override string Name => "extract";

    protected override SyntaxNode Rewrite(CompilationUnitSyntax root, SemanticModel model, Random random, out int changes)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var edits = new Dictionary<SyntaxNode, SyntaxNode>();
        var helpers = new Dictionary<SyntaxNode, List<MemberDeclarationSyntax>>();
        foreach (var (member, body) in Bodies(root))
        {
            if (member is MethodDeclarationSyntax { TypeParameterList: not null })
                continue;
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var name = Unused(root, Names[random.Next(Names.Length)], taken);
                // A constructor's statements stay: only there may they give read-only fields their values.
                var extracted = member is ConstructorDeclarationSyntax || random.Next(2) == 0
                    ? Expression(member, body, model, random, name)
                    : Statements(member, body, model, random, name);
                if (extracted is not var (place, replacement, helper))
                    continue;
                edits.Add(place, replacement);
                if (!helpers.TryGetValue(member.Parent!, out var list))
                    helpers.Add(member.Parent!, list = []);
                list.Add(helper);
                break;
            }
        }

        changes = edits.Count;
        return root.ReplaceNodes(edits.Keys.Concat(helpers.Keys), (original, node) =>
            edits.TryGetValue(original, out var replacement) ? replacement : ((TypeDeclarationSyntax)node).AddMembers([.. helpers[original]]));
    }

    private static (SyntaxNode Place, SyntaxNode Replacement, MethodDeclarationSyntax Helper)? Expression(
        MemberDeclarationSyntax member, BlockSyntax body, SemanticModel model, Random random, string name)
    {
        var candidates = body.DescendantNodes().OfType<ExpressionSyntax>().Where(expression => IsValue(expression, model)).ToList();
        if (candidates.Count == 0)
            return null;
        var expression = candidates[random.Next(candidates.Count)];
        var flow = model.AnalyzeDataFlow(expression)!;
        if (!flow.Succeeded || !flow.UsedLocalFunctions.IsEmpty || !flow.DataFlowsOut.IsEmpty || Contains(flow.WrittenInside, symbol => !IsIn(flow.VariablesDeclared, symbol))
            || CapturesChanging(flow, body, model) || Inputs(flow.DataFlowsIn) is not { } inputs)
        {
            return null;
        }

        var type = model.GetTypeInfo(expression).Type!.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(TypeFormat);
        var helper = Helper(name, type, inputs, IsStatic(member) || (!UsesInstance([expression], model) && random.Next(2) == 0));
        helper = random.Next(2) == 0
            ? helper.WithExpressionBody(ArrowExpressionClause(expression.WithoutTrivia())).WithSemicolonToken(Token(SyntaxKind.SemicolonToken))
            : helper.WithBody(Block(ReturnStatement(expression.WithoutTrivia())));
        return (expression, Call(name, inputs), helper);
    }

    private static bool IsValue(ExpressionSyntax expression, SemanticModel model)
    {
        if (expression is not (InvocationExpressionSyntax or BinaryExpressionSyntax or PrefixUnaryExpressionSyntax or ElementAccessExpressionSyntax or ConditionalExpressionSyntax
                or CastExpressionSyntax)
            || expression.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression
            || model.GetConstantValue(expression).HasValue
            || model.GetTypeInfo(expression).Type is not { SpecialType: not SpecialType.System_Void, IsRefLikeType: false } type
            || !CanBeNamed(type))
        {
            return false;
        }

        var fits = expression.Parent switch
        {
            ArgumentSyntax { RefKindKeyword.RawKind: 0 } => true,
            AssignmentExpressionSyntax assignment => assignment.Right == expression,
            MemberAccessExpressionSyntax => type.IsReferenceType,
            ElementAccessExpressionSyntax => type.IsReferenceType,
            BinaryExpressionSyntax or EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax } or ReturnStatementSyntax or ParenthesizedExpressionSyntax or ArrowExpressionClauseSyntax => true,
            PrefixUnaryExpressionSyntax unary => unary.IsKind(SyntaxKind.UnaryMinusExpression),
            _ => false,
        };
        return fits
            && !expression.Ancestors().Any(ancestor => ancestor is ConditionalAccessExpressionSyntax or QueryExpressionSyntax or UsingStatementSyntax { Expression: not null } or InitializerExpressionSyntax)
            && expression.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { UsingKeyword.RawKind: not 0 }
            && !NeedsItsPlace(expression, model);
    }

    /// <summary>Whether code has to stay in its method: it waits, yields, or names what only its own method knows.</summary>
    private static bool NeedsItsPlace(SyntaxNode node, SemanticModel model)
    {
        foreach (var part in node.DescendantNodesAndSelf())
        {
            if (part is AwaitExpressionSyntax or YieldStatementSyntax or BaseExpressionSyntax or LabeledStatementSyntax or GotoStatementSyntax or LocalFunctionStatementSyntax
                or RefTypeSyntax or RefExpressionSyntax or FixedStatementSyntax or UnsafeStatementSyntax or AnonymousObjectCreationExpressionSyntax or QueryExpressionSyntax
                or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } or CommonForEachStatementSyntax { AwaitKeyword.RawKind: not 0 })
            {
                return true;
            }

            if (part is IdentifierNameSyntax identifier && model.GetSymbolInfo(identifier).Symbol is ITypeParameterSymbol { TypeParameterKind: TypeParameterKind.Method } or IRangeVariableSymbol
                or IParameterSymbol { RefKind: not RefKind.None } or ILocalSymbol { RefKind: not RefKind.None } or IMethodSymbol { MethodKind: MethodKind.LocalFunction })
            {
                return true;
            }
        }

        return false;
    }

    private static (SyntaxNode Place, SyntaxNode Replacement, MethodDeclarationSyntax Helper)? Statements(
        MemberDeclarationSyntax member, BlockSyntax body, SemanticModel model, Random random, string name)
    {
        var blocks = body.DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<BlockSyntax>()
            .Where(candidate => candidate.Statements.Count > 0 && candidate.Parent is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).ToList();
        if (blocks.Count == 0)
            return null;
        var block = blocks[random.Next(blocks.Count)];
        var start = random.Next(block.Statements.Count);
        var count = 1 + random.Next(Math.Min(6, block.Statements.Count - start));
        var range = block.Statements.Skip(start).Take(count).ToList();
        if (range.Exists(statement => NeedsItsPlace(statement, model)))
            return null;
        var control = model.AnalyzeControlFlow(range[0], range[^1])!;
        var flow = model.AnalyzeDataFlow(range[0], range[^1])!;
        if (!control.Succeeded || !flow.Succeeded || !control.ExitPoints.IsEmpty || !control.EntryPoints.IsEmpty || !control.ReturnStatements.IsEmpty || !control.EndPointIsReachable
            || !flow.UsedLocalFunctions.IsEmpty || CapturesChanging(flow, body, model))
        {
            return null;
        }

        var outputs = flow.DataFlowsOut.OfType<ILocalSymbol>().Cast<ISymbol>().Concat(flow.DataFlowsOut.OfType<IParameterSymbol>().Where(parameter => !parameter.IsThis)).ToList();
        if (outputs.Count > MaximumOutputs || outputs.Exists(symbol => symbol is IParameterSymbol || !CanBeNamed(TypeOf(symbol)) || IsIn(flow.Captured, symbol)))
            return null;

        // A variable that is declared here and used later has to come back as a value; one that is only declared here cannot.
        if (Contains(flow.VariablesDeclared, symbol => !IsIn(flow.DataFlowsOut, symbol) && (IsIn(flow.ReadOutside, symbol) || IsIn(flow.WrittenOutside, symbol)))
            || Contains(flow.WrittenInside, symbol => IsIn(flow.Captured, symbol) && !IsIn(flow.VariablesDeclared, symbol)))
        {
            return null;
        }

        var handedIn = flow.DataFlowsIn.ToList();
        foreach (var symbol in outputs)
        {
            if (IsIn(flow.VariablesDeclared, symbol) || IsIn(flow.AlwaysAssigned, symbol) || IsIn(flow.DataFlowsIn, symbol))
                continue;
            if (!IsIn(flow.DefinitelyAssignedOnEntry, symbol))
                return null;
            handedIn.Add(symbol);
        }

        // What is written and not handed out is a variable of the method's own from here on, so nothing after may read it.
        foreach (var symbol in flow.WrittenInside)
        {
            if (!IsThis(symbol) && !IsIn(flow.VariablesDeclared, symbol) && !IsIn(flow.DataFlowsOut, symbol))
                return null;
        }

        if (Inputs(handedIn) is not { } inputs)
            return null;
        var statements = range.Select(statement => statement.WithoutTrivia()).ToList();
        foreach (var symbol in outputs.Where(symbol => !IsIn(flow.VariablesDeclared, symbol) && !inputs.Exists(input => SymbolEqualityComparer.Default.Equals(input, symbol))))
            statements.Insert(0, LocalDeclarationStatement(VariableDeclaration(ParseTypeName(TypeOf(symbol).ToDisplayString(TypeFormat)), SingletonSeparatedList(VariableDeclarator(symbol.Name)))));
        var call = (ExpressionSyntax)Call(name, inputs);
        StatementSyntax replacement;
        string type;
        switch (outputs)
        {
            case []:
                type = "void";
                replacement = ExpressionStatement(call);
                break;
            case [var only]:
                type = TypeOf(only).ToDisplayString(TypeFormat);
                statements.Add(ReturnStatement(IdentifierName(only.Name)));
                replacement = IsIn(flow.VariablesDeclared, only)
                    ? LocalDeclarationStatement(VariableDeclaration(ParseTypeName(type), SingletonSeparatedList(VariableDeclarator(Identifier(only.Name), null, EqualsValueClause(call)))))
                    : ExpressionStatement(AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, IdentifierName(only.Name), call));
                break;
            default:
                type = $"({string.Join(", ", outputs.Select(symbol => TypeOf(symbol).ToDisplayString(TypeFormat)))})";
                statements.Add(ReturnStatement(TupleExpression(SeparatedList(outputs.Select(symbol => Argument(IdentifierName(symbol.Name)))))));
                replacement = ExpressionStatement(AssignmentExpression(
                    SyntaxKind.SimpleAssignmentExpression,
                    TupleExpression(SeparatedList(outputs.Select(symbol => Argument(IsIn(flow.VariablesDeclared, symbol)
                        ? DeclarationExpression(IdentifierName("var"), SingleVariableDesignation(Identifier(symbol.Name)))
                        : IdentifierName(symbol.Name))))),
                    call));
                break;
        }

        var helper = Helper(name, type, inputs, IsStatic(member) || (!UsesInstance(range, model) && random.Next(2) == 0)).WithBody(Block(statements));
        var rest = block.Statements.Take(start).Append(replacement).Concat(block.Statements.Skip(start + count));
        return (block, block.WithStatements(List(rest)), helper);
    }

    private static MethodDeclarationSyntax Helper(string name, string type, List<ISymbol> inputs, bool isStatic) =>
        MethodDeclaration(ParseTypeName(type), name)
            .WithModifiers(isStatic ? TokenList(Token(SyntaxKind.PrivateKeyword), Token(SyntaxKind.StaticKeyword)) : TokenList(Token(SyntaxKind.PrivateKeyword)))
            .WithParameterList(ParameterList(SeparatedList(inputs.Select(input => Parameter(Identifier(input.Name)).WithType(ParseTypeName(TypeOf(input).ToDisplayString(TypeFormat)))))));

    private static InvocationExpressionSyntax Call(string name, List<ISymbol> inputs) =>
        InvocationExpression(IdentifierName(name), ArgumentList(SeparatedList(inputs.Select(input => Argument(IdentifierName(input.Name))))));

    /// <summary>The variables that code needs from outside; null when one cannot be handed over.</summary>
    private static List<ISymbol>? Inputs(IEnumerable<ISymbol> symbols)
    {
        var inputs = symbols.Where(symbol => !IsThis(symbol)).ToList();
        return inputs.TrueForAll(symbol => symbol is ILocalSymbol { RefKind: RefKind.None } or IParameterSymbol { RefKind: RefKind.None } && CanBeNamed(TypeOf(symbol)) && !TypeOf(symbol).IsRefLikeType)
            ? inputs
            : null;
    }

    /// <summary>Whether a nested function in the code sees a variable that changes: its later value would be lost with a copy.</summary>
    private static bool CapturesChanging(DataFlowAnalysis flow, BlockSyntax body, SemanticModel model) =>
        Contains(flow.CapturedInside, symbol => !IsThis(symbol) && !IsIn(flow.VariablesDeclared, symbol) && IsAssignedAgain(symbol, body, model));

    private static bool IsAssignedAgain(ISymbol symbol, BlockSyntax body, SemanticModel model) => body.DescendantNodes().OfType<IdentifierNameSyntax>().Any(identifier =>
        identifier.Identifier.ValueText == symbol.Name
        && (identifier.Parent is AssignmentExpressionSyntax assignment && assignment.Left == identifier
            || identifier.Parent is PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax or ArgumentSyntax { RefKindKeyword.RawKind: not 0 } or ArgumentSyntax { Parent: TupleExpressionSyntax })
        && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(identifier).Symbol, symbol));

    private static bool UsesInstance(IEnumerable<SyntaxNode> nodes, SemanticModel model) => nodes.SelectMany(node => node.DescendantNodesAndSelf()).Any(node =>
        node is ThisExpressionSyntax || (node is SimpleNameSyntax && !IsMemberOfAnother(node) && model.GetSymbolInfo(node).Symbol is { IsStatic: false, Kind: SymbolKind.Field or SymbolKind.Property or SymbolKind.Event }
            or IMethodSymbol { IsStatic: false, MethodKind: MethodKind.Ordinary } or IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } }));

    private static bool IsMemberOfAnother(SyntaxNode name) => name.Parent is MemberAccessExpressionSyntax access && access.Name == name;

    private static bool IsStatic(MemberDeclarationSyntax member) => member.Modifiers.Any(SyntaxKind.StaticKeyword);

    private static ITypeSymbol TypeOf(ISymbol symbol)
    {
        // The type that "var" stands for may be null as far as the compiler is told, whatever was assigned.
        var type = symbol is ILocalSymbol local ? local.Type : ((IParameterSymbol)symbol).Type;
        return type.IsReferenceType ? type.WithNullableAnnotation(NullableAnnotation.NotAnnotated) : type;
    }

    private static bool CanBeNamed(ITypeSymbol type) => type switch
    {
        IErrorTypeSymbol or IPointerTypeSymbol or ITypeParameterSymbol { TypeParameterKind: TypeParameterKind.Method } => false,
        IArrayTypeSymbol array => CanBeNamed(array.ElementType),
        INamedTypeSymbol named => !named.IsAnonymousType && named.TypeArguments.All(CanBeNamed),
        _ => true,
    };

    private static bool IsThis(ISymbol symbol) => symbol is IParameterSymbol { IsThis: true };

    private static bool IsIn(IEnumerable<ISymbol> symbols, ISymbol symbol) => symbols.Contains(symbol, SymbolEqualityComparer.Default);

    private static bool Contains(IEnumerable<ISymbol> symbols, Func<ISymbol, bool> condition) => symbols.Any(symbol => !IsThis(symbol) && condition(symbol));
}
