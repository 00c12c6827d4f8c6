using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Graph.Source;

/// <summary>
/// What the bodies of one file mention, by name only: which members they call and which they assign. It depends on the file alone, so it
/// survives edits of other files.
/// </summary>
internal sealed class TreeIndex
{
    private static readonly ConditionalWeakTable<SyntaxTree, TreeIndex> Cache = new();

    private readonly Dictionary<string, List<SyntaxNode>> calls = [];
    private readonly Dictionary<string, List<SyntaxNode>> assignments = [];

    private TreeIndex(SyntaxTree tree, CancellationToken cancellation)
    {
        foreach (var node in tree.GetRoot(cancellation).DescendantNodes())
        {
            cancellation.ThrowIfCancellationRequested();
            switch (node)
            {
                case InvocationExpressionSyntax call:
                    Add(calls, NameOf(call.Expression), node);
                    break;
                case AssignmentExpressionSyntax assignment:
                    AddTargets(assignment.Left, node);
                    break;
                case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } prefix:
                    AddTargets(prefix.Operand, node);
                    break;
                case PostfixUnaryExpressionSyntax { RawKind: not (int)SyntaxKind.SuppressNullableWarningExpression } postfix:
                    AddTargets(postfix.Operand, node);
                    break;
                case ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None } argument:
                    AddTargets(argument.Expression, node);
                    break;
                case IdentifierNameSyntax { Parent: not (InvocationExpressionSyntax or TypeSyntax) } name:
                    // A method group: handed on as a delegate.
                    Add(calls, name.Identifier.ValueText, node);
                    break;
            }
        }
    }

    public static TreeIndex Of(SyntaxTree tree, CancellationToken cancellation)
    {
        if (!Cache.TryGetValue(tree, out var index))
        {
            index = Cache.GetValue(tree, key => new TreeIndex(key, cancellation));
        }

        return index;
    }

    /// <summary>The places that call, or name, something of this name.</summary>
    public IReadOnlyList<SyntaxNode> UsesOf(string name) => calls.TryGetValue(name, out var nodes) ? nodes : [];

    /// <summary>The places that assign something of this name.</summary>
    public IReadOnlyList<SyntaxNode> AssignmentsOf(string name) => assignments.TryGetValue(name, out var nodes) ? nodes : [];

    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => null,
    };

    private static void Add(Dictionary<string, List<SyntaxNode>> table, string? name, SyntaxNode node)
    {
        if (name is null)
        {
            return;
        }

        if (!table.TryGetValue(name, out var nodes))
        {
            table.Add(name, nodes = []);
        }

        nodes.Add(node);
    }

    private void AddTargets(ExpressionSyntax target, SyntaxNode node)
    {
        switch (target)
        {
            case TupleExpressionSyntax tuple:
                foreach (var argument in tuple.Arguments)
                {
                    AddTargets(argument.Expression, node);
                }

                break;
            case ParenthesizedExpressionSyntax parenthesized:
                AddTargets(parenthesized.Expression, node);
                break;
            default:
                Add(assignments, NameOf(target), node);
                break;
        }
    }
}
