using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.CodeFixes.KlCheck;

/// <summary>How a file writes what a fix adds to it: the name of torch, the types of locals, short ifs, one level of indentation.</summary>
internal sealed class Idiom
{
    private readonly SemanticModel model;
    private readonly bool isExplicit;
    private readonly bool hasBraces;
    private readonly bool isOnNextLine;

    public Idiom(SemanticModel model)
    {
        this.model = model;
        var root = model.SyntaxTree.GetRoot();
        var types = root.DescendantNodes().OfType<LocalDeclarationStatementSyntax>().Where(local => !local.IsConst).Select(local => local.Declaration)
            .Where(local => local.Variables.All(variable => variable.Initializer is not null)).Select(local => local.Type).ToList();
        isExplicit = types.Count > 0 && types.All(type => !type.IsVar);
        var branches = root.DescendantNodes().OfType<IfStatementSyntax>().ToList();
        hasBraces = branches.Count > 0 && branches.All(branch => branch.Statement is BlockSyntax);
        isOnNextLine = branches.Any(branch => branch.Statement is not BlockSyntax && Line(branch.Statement) != Line(branch));
        Unit = UnitOf(root);
    }

    /// <summary>One level of indentation.</summary>
    public string Unit { get; }

    /// <summary>The type with which a local is declared.</summary>
    public string Declared(string type) => isExplicit ? type : "var";

    /// <summary>How a tensor's local is declared at a place: with <c>using</c> where most tensors of the function are.</summary>
    public string DeclaredTensor(SyntaxNode place)
    {
        var locals = Functions.Own(Functions.Around(place)).OfType<LocalDeclarationStatementSyntax>()
            .Where(local => local.Declaration.Variables[0].Initializer?.Value is { } value && TensorCall.IsTensor(model.GetTypeInfo(value).Type)).ToList();
        var disposed = locals.Count(local => !local.UsingKeyword.IsKind(SyntaxKind.None));
        return (disposed > 0 && disposed * 2 >= locals.Count ? "using " : "") + Declared("Tensor");
    }

    /// <summary>What stands before <c>exp</c> and <c>no_grad</c> at a place: nothing where the file imports and uses their names so.</summary>
    public string Torch(int position)
    {
        if (IsImported(position, "no_grad") && IsImported(position, "exp")
            && !model.SyntaxTree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call =>
                call.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "torch" } }))
        {
            return "";
        }

        return model.LookupNamespacesAndTypes(position, name: "torch") is [INamedTypeSymbol { ContainingNamespace.Name: "TorchSharp" }] ? "torch." : "TorchSharp.torch.";
    }

    /// <summary>The lines of a test that leads to some statements.</summary>
    public IEnumerable<string> If(string condition, IReadOnlyList<string> statements, string indent)
    {
        if (statements.Count == 1 && !hasBraces)
        {
            return isOnNextLine ? [$"{indent}if ({condition})", indent + Unit + statements[0]] : [$"{indent}if ({condition}) {statements[0]}"];
        }

        return [$"{indent}if ({condition})", indent + "{", .. statements.Select(statement => indent + Unit + statement), indent + "}"];
    }

    private bool IsImported(int position, string name) =>
        model.LookupSymbols(position, name: name) is { Length: > 0 } found
        && found.All(symbol => symbol is IMethodSymbol { ContainingType: { Name: "torch", ContainingNamespace.Name: "TorchSharp" } });

    private static int Line(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line;

    private static string UnitOf(SyntaxNode root)
    {
        var text = root.SyntaxTree.GetText();
        foreach (var block in root.DescendantNodes().OfType<BlockSyntax>().Where(block => block.Statements.Count > 0))
        {
            var (outer, inner) = (IndentAt(block.SpanStart), IndentAt(block.Statements[0].SpanStart));
            if (outer is not null && inner is not null && inner.Length > outer.Length && inner.StartsWith(outer, StringComparison.Ordinal))
            {
                return inner.Substring(outer.Length);
            }
        }

        return "    ";

        string? IndentAt(int position)
        {
            var line = text.Lines.GetLineFromPosition(position);
            var before = text.ToString(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(line.Start, position));
            return string.IsNullOrWhiteSpace(before) ? before : null;
        }
    }
}
