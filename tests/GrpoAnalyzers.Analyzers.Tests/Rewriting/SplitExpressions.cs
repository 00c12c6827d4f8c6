using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>Gives parts of expressions variables of their own. What is evaluated first stays first.</summary>
internal sealed class SplitExpressions : ProgramRewriter
{
    private static readonly string[] Names = ["part", "value", "term", "step", "inner"];

    public override string Name => "split";

    protected override SyntaxNode Rewrite(CompilationUnitSyntax root, SemanticModel model, Random random, out int changes)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var hoisted = new Dictionary<SyntaxNode, (StatementSyntax Statement, string Name)>();
        var lists = new HashSet<SyntaxNode>();
        foreach (var statement in root.DescendantNodes().OfType<StatementSyntax>())
        {
            var list = statement.Parent is GlobalStatementSyntax ? root : statement.Parent as BlockSyntax as SyntaxNode;
            if (list is null || random.Next(2) == 0)
                continue;
            var order = EvaluationOrder.Of(statement, model);
            var last = order.Parts.FindLastIndex(part => order.FitsVariable(part) && part != EvaluationOrder.RootOf(statement));
            if (last < 0)
                continue;

            // Everything that is evaluated before the last part that moves has to move with it.
            var moved = order.Parts.Take(random.Next(last + 1) + 1).ToList();
            moved.RemoveAll(part => part == EvaluationOrder.RootOf(statement));
            while (moved.Count > 0 && !order.FitsVariable(moved[^1]))
                moved.RemoveAt(moved.Count - 1);
            if (moved.Count == 0 || moved.Exists(DeclaresOrAssigns))
                continue;
            var outermost = moved.Where(part => !moved.Exists(other => other != part && other.Span.Contains(part.Span))).ToList();
            if (!outermost.TrueForAll(order.FitsVariable))
                continue;
            foreach (var part in random.Next(2) == 0 ? outermost : moved.Where(order.FitsVariable))
                hoisted.Add(part, (statement, Unused(root, Names[random.Next(Names.Length)], taken)));
            lists.Add(list);
        }

        changes = hoisted.Count;
        var added = new Dictionary<StatementSyntax, List<StatementSyntax>>();
        return root.ReplaceNodes(hoisted.Keys.Concat(lists), (original, node) => original switch
        {
            BlockSyntax block => ((BlockSyntax)node).WithStatements(List(Interleave(block.Statements, ((BlockSyntax)node).Statements, added))),
            CompilationUnitSyntax unit => ((CompilationUnitSyntax)node).WithMembers(List(unit.Members.Zip(((CompilationUnitSyntax)node).Members).SelectMany(pair => WithAdded(pair.First, pair.Second, added)))),
            _ => Hoist((ExpressionSyntax)node, hoisted[original], added),
        });
    }

    private static bool DeclaresOrAssigns(ExpressionSyntax part) => part.DescendantNodesAndSelf().Any(node =>
        node is DeclarationExpressionSyntax or DeclarationPatternSyntax or VarPatternSyntax or AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax { RawKind: not (int)SyntaxKind.SuppressNullableWarningExpression }
        || node.IsKind(SyntaxKind.PreIncrementExpression) || node.IsKind(SyntaxKind.PreDecrementExpression));

    private static IdentifierNameSyntax Hoist(ExpressionSyntax part, (StatementSyntax Statement, string Name) target, Dictionary<StatementSyntax, List<StatementSyntax>> added)
    {
        if (!added.TryGetValue(target.Statement, out var statements))
            added.Add(target.Statement, statements = []);
        statements.Add(LocalDeclarationStatement(VariableDeclaration(
            IdentifierName("var"),
            SingletonSeparatedList(VariableDeclarator(Identifier(target.Name), null, EqualsValueClause(part.WithoutTrivia()))))));
        return IdentifierName(target.Name);
    }

    private static IEnumerable<StatementSyntax> Interleave(SyntaxList<StatementSyntax> originals, SyntaxList<StatementSyntax> rewritten, Dictionary<StatementSyntax, List<StatementSyntax>> added) =>
        originals.Zip(rewritten).SelectMany(pair => added.TryGetValue(pair.First, out var before) ? before.Append(pair.Second) : [pair.Second]);

    private static IEnumerable<MemberDeclarationSyntax> WithAdded(MemberDeclarationSyntax original, MemberDeclarationSyntax rewritten, Dictionary<StatementSyntax, List<StatementSyntax>> added) =>
        original is GlobalStatementSyntax global && added.TryGetValue(global.Statement, out var before)
            ? before.Select(statement => (MemberDeclarationSyntax)GlobalStatement(statement)).Append(rewritten)
            : [rewritten];
}
