using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GrpoAnalyzers.CodeFixes;

/// <summary>
/// Removes what only served an expression that is gone: locals and private fields that nothing reads any more, the statements that only
/// wrote them, loops that only held such statements, and what only those read.
/// </summary>
internal sealed class UnusedDefinitions(SemanticModel model, SourceEdits edits)
{
    private readonly HashSet<StatementSyntax> statements = [];
    private readonly HashSet<VariableDeclaratorSyntax> declarators = [];
    private readonly HashSet<VariableDesignationSyntax> designations = [];
    private readonly HashSet<SyntaxNode> functions = [];
    private readonly Purity purity = new(model);

    /// <summary>Names that new text reads: what they stand for stays.</summary>
    public HashSet<string> Kept { get; } = new(StringComparer.Ordinal);

    /// <param name="removed">Expressions, and statements that are removed here.</param>
    public void RemoveAfter(params SyntaxNode[] removed)
    {
        statements.UnionWith(removed.OfType<StatementSyntax>());
        foreach (var node in removed)
        {
            Forget(node);
        }

        Write();
    }

    private void Forget(SyntaxNode removed)
    {
        var names = removed.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().ToList();
        edits.Lose(names);
        foreach (var symbol in names.Where(name => !Kept.Contains(name.Identifier.ValueText)).Select(name => model.GetSymbolInfo(name).Symbol).OfType<ISymbol>().Distinct(SymbolEqualityComparer.Default).ToList())
        {
            if (symbol is IMethodSymbol { DeclaringSyntaxReferences: [var declaration] } function)
            {
                TryRemove(function, declaration.GetSyntax());
            }
            else if (symbol is { DeclaringSyntaxReferences: [var reference] } && symbol is ILocalSymbol or IFieldSymbol { DeclaredAccessibility: Accessibility.Private })
            {
                TryRemove(symbol, reference.GetSyntax());
            }
        }
    }

    /// <summary>A local function or private method that nothing calls any more.</summary>
    private void TryRemove(IMethodSymbol function, SyntaxNode declaration)
    {
        var scope = declaration switch
        {
            LocalFunctionStatementSyntax => declaration.Parent,
            MethodDeclarationSyntax { AttributeLists.Count: 0 } when function is { DeclaredAccessibility: Accessibility.Private, IsStatic: true } => declaration.Parent,
            _ => null,
        };
        if (scope is null || declaration.SyntaxTree != model.SyntaxTree || function.ContainingType.DeclaringSyntaxReferences.Length > 1)
        {
            return;
        }

        var names = scope.DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(name => name.Identifier.ValueText == function.Name && !declaration.Span.Contains(name.Span));
        if (names.All(name => name is IdentifierNameSyntax identifier && edits.IsGone(identifier)) && functions.Add(declaration))
        {
            Forget(declaration);
        }
    }

    private void TryRemove(ISymbol symbol, SyntaxNode declaration)
    {
        if (declaration.SyntaxTree != model.SyntaxTree)
        {
            return;
        }

        var references = LocalUse.References(symbol, symbol is IFieldSymbol ? declaration.FirstAncestorOrSelf<TypeDeclarationSyntax>() ?? declaration : declaration, model);
        var left = references.Where(reference => !edits.IsGone(reference)).ToList();
        if (declaration is SingleVariableDesignationSyntax { Parent: ParenthesizedVariableDesignationSyntax list } designation)
        {
            if (left.Count == 0 && designations.Add(designation) && IsNeedless(list) is { } deconstruction && statements.Add(deconstruction))
            {
                Forget(deconstruction);
            }

            return;
        }

        if (declaration is not VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax variables } declarator
            || !IsRemovable(variables)
            || (declarator.Initializer is { Value: { } value } && !purity.IsPure(value))
            || !declarators.Add(declarator))
        {
            return;
        }

        var writes = left.Select(OwnWrite).ToList();
        if (writes.Contains(null) || (symbol is IFieldSymbol && writes.Count > 0))
        {
            declarators.Remove(declarator);
            return;
        }

        if (variables.Parent is LocalDeclarationStatementSyntax local && variables.Variables.All(declarators.Contains))
        {
            statements.Add(local);
        }

        foreach (var write in writes)
        {
            statements.Add(write!);
            Forget(write!);
        }

        if (declarator.Initializer is { } initializer)
        {
            Forget(initializer.Value);
        }
    }

    /// <summary>The deconstruction of which nothing is read any more.</summary>
    private ExpressionStatementSyntax? IsNeedless(ParenthesizedVariableDesignationSyntax list) =>
        list.Variables.All(variable => variable is DiscardDesignationSyntax || designations.Contains(variable))
        && list.Parent is DeclarationExpressionSyntax { Parent: AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax statement } assignment } && purity.IsPure(assignment.Right)
            ? statement
            : null;

    private static bool IsRemovable(VariableDeclarationSyntax variables) => variables.Parent switch
    {
        LocalDeclarationStatementSyntax { Parent: BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax } => true,
        FieldDeclarationSyntax field => variables.Variables.Count == 1 && field.AttributeLists.Count == 0,
        _ => false,
    };

    /// <summary>The statement in which a variable does nothing but get its own next value.</summary>
    private StatementSyntax? OwnWrite(IdentifierNameSyntax reference) => reference.Parent switch
    {
        AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax statement } assignment when assignment.Left == reference && purity.IsPure(assignment.Right) => statement,
        PostfixUnaryExpressionSyntax { Parent: ExpressionStatementSyntax statement } => statement,
        PrefixUnaryExpressionSyntax { Parent: ExpressionStatementSyntax statement, RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } => statement,
        _ => InOwnWrite(reference),
    };

    /// <summary><c>x = x / n;</c>: the read stands in the variable's own write.</summary>
    private StatementSyntax? InOwnWrite(IdentifierNameSyntax reference) =>
        reference.FirstAncestorOrSelf<ExpressionStatementSyntax>() is { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } assignment } statement
        && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(target).Symbol, model.GetSymbolInfo(reference).Symbol) && purity.IsPure(assignment.Right)
            ? statement
            : null;

    private void Write()
    {
        foreach (var designation in designations.Where(designation => !designation.Ancestors().OfType<StatementSyntax>().Any(statements.Contains)))
        {
            edits.Replace(designation.Span, "_");
        }

        foreach (var statement in Lifted().Where(statement => !statement.Ancestors().Any(functions.Contains)))
        {
            edits.Remove(statement);
        }

        foreach (var function in functions.Where(function => !function.Ancestors().Any(functions.Contains)))
        {
            edits.Remove(function);
        }

        foreach (var declarator in declarators.Where(declarator => !declarator.Ancestors().Any(node => functions.Contains(node))))
        {
            var variables = (VariableDeclarationSyntax)declarator.Parent!;
            if (variables.Parent is FieldDeclarationSyntax field)
            {
                edits.Remove(field);
            }
            else if (!variables.Variables.All(declarators.Contains))
            {
                // The list loses an entry and the comma beside it.
                var index = variables.Variables.IndexOf(declarator);
                edits.Replace(
                    index > 0
                        ? TextSpan.FromBounds(variables.Variables[index - 1].Span.End, declarator.Span.End)
                        : TextSpan.FromBounds(declarator.SpanStart, variables.Variables[1].SpanStart),
                    "");
            }
        }
    }

    /// <summary>The statements to remove, or the loops and branches that hold nothing else.</summary>
    private HashSet<StatementSyntax> Lifted()
    {
        var gone = new HashSet<StatementSyntax>(statements);
        var pending = new Queue<StatementSyntax>(statements);
        while (pending.Count > 0)
        {
            if (Holder(pending.Dequeue(), gone) is { } holder && gone.Add(holder))
            {
                pending.Enqueue(holder);
            }
        }

        return [.. gone.Where(statement => !statement.Ancestors().OfType<StatementSyntax>().Any(gone.Contains))];
    }

    private StatementSyntax? Holder(StatementSyntax statement, HashSet<StatementSyntax> gone)
    {
        var outer = statement.Parent;
        if (outer is BlockSyntax block)
        {
            if (!block.Statements.All(gone.Contains))
            {
                return null;
            }

            outer = block.Parent;
        }

        var isNeedless = outer switch
        {
            IfStatementSyntax { Else: null } branch => purity.IsPure(branch.Condition),
            ForEachStatementSyntax loop => purity.IsPure(loop.Expression),
            ForStatementSyntax loop => loop.Declaration is not null && loop.Initializers.Count == 0,
            _ => false,
        };
        return isNeedless ? (StatementSyntax)outer! : null;
    }
}
