using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>Takes away what names say.</summary>
internal sealed class RenameIdentifiers : ProgramRewriter
{
    public override string Name => "rename";

    public override CSharpCompilation Apply(CSharpCompilation compilation, Random random, out int changes)
    {
        var renamed = Renaming.Apply(compilation);
        changes = 0;
        for (var i = 0; i < compilation.SyntaxTrees.Length; i++)
        {
            if (compilation.SyntaxTrees[i] == renamed.SyntaxTrees[i])
                continue;
            changes++;
            var tree = renamed.SyntaxTrees[i];
            renamed = renamed.ReplaceSyntaxTree(tree, MarkedProgram.Reparse(tree, tree.GetRoot()));
        }

        return renamed;
    }

    protected override SyntaxNode Rewrite(CompilationUnitSyntax root, SemanticModel model, Random random, out int changes) =>
        throw new NotSupportedException("Names are given to all files of a program together.");
}
