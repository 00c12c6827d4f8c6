using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>Puts the members of types into another order. Fields and properties keep theirs: their initialisers run in it.</summary>
internal sealed class ReorderMembers : ProgramRewriter
{
    public override string Name => "reorder";

    protected override SyntaxNode Rewrite(CompilationUnitSyntax root, SemanticModel model, Random random, out int changes)
    {
        var moved = 0;
        var types = root.DescendantNodes().OfType<TypeDeclarationSyntax>().Where(type => type.Members.Count > 1).ToList();
        var result = root.ReplaceNodes(types, (_, type) =>
        {
            var members = Reordered(type.Members, random);
            if (!members.SequenceEqual(type.Members))
                moved++;
            return type.WithMembers(members);
        });
        var spaces = result.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().ToList();
        result = result.ReplaceNodes(spaces, (_, space) => space.WithMembers(Reordered(space.Members, random)));
        changes = moved;
        return result;
    }

    private static SyntaxList<MemberDeclarationSyntax> Reordered(SyntaxList<MemberDeclarationSyntax> members, Random random)
    {
        var kept = new Queue<MemberDeclarationSyntax>(members.Where(member => member is not (BaseMethodDeclarationSyntax or BaseTypeDeclarationSyntax)));
        var movable = members.Where(member => member is BaseMethodDeclarationSyntax or BaseTypeDeclarationSyntax).ToList();
        Shuffle(movable, random);
        var result = new List<MemberDeclarationSyntax>();
        foreach (var member in movable)
        {
            while (kept.Count > 0 && random.Next(2) == 0)
                result.Add(kept.Dequeue());
            result.Add(member);
        }

        result.AddRange(kept);
        return SyntaxFactory.List(result);
    }
}
