using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GrpoAnalyzers.Analyzers.Tests.Robustness;

/// <summary>Code as it stands while it is typed: statements missing, files cut short. The analyzer never throws.</summary>
public sealed class BrokenCodeTests
{
    private const int MutantsPerCase = 2;

    [Fact]
    public async Task StatementsMissing()
    {
        var random = new Random(1);
        foreach (var shape in CaseCorpus.All)
        {
            var compilation = CaseCompilation.Compile(shape);
            for (var i = 0; i < MutantsPerCase; i++)
            {
                var tree = compilation.SyntaxTrees[random.Next(compilation.SyntaxTrees.Length)];
                var root = tree.GetRoot(TestContext.Current.CancellationToken);
                var statements = root.DescendantNodes().OfType<StatementSyntax>().Where(statement => statement is not BlockSyntax && statement.Parent is BlockSyntax).ToList();
                if (statements.Count == 0)
                    continue;
                var cut = root.RemoveNode(statements[random.Next(statements.Count)], SyntaxRemoveOptions.KeepNoTrivia)!;
                await AssertQuietlyAnalyzed(compilation.ReplaceSyntaxTree(tree, tree.WithRootAndOptions(cut, tree.Options)), shape.Name);
            }
        }
    }

    [Fact]
    public async Task FilesCutShort()
    {
        var random = new Random(2);
        foreach (var shape in CaseCorpus.All)
        {
            var compilation = CaseCompilation.Compile(shape);
            var tree = compilation.SyntaxTrees[random.Next(compilation.SyntaxTrees.Length)];
            var tokens = tree.GetRoot(TestContext.Current.CancellationToken).DescendantTokens().ToList();
            var text = (await tree.GetTextAsync(TestContext.Current.CancellationToken)).ToString()[..tokens[random.Next(tokens.Count)].SpanStart];
            await AssertQuietlyAnalyzed(compilation.ReplaceSyntaxTree(tree, CSharpSyntaxTree.ParseText(text, (CSharpParseOptions)tree.Options, tree.FilePath, cancellationToken: TestContext.Current.CancellationToken)), shape.Name);
        }
    }

    [Fact]
    public async Task WithoutTorchSharpNothingIsReported()
    {
        foreach (var shape in CaseCorpus.All.Take(40))
        {
            var compilation = CaseCompilation.Compile(shape);
            var unresolved = compilation.RemoveReferences(compilation.References.Where(reference => reference.Display?.EndsWith("TorchSharp.dll", StringComparison.Ordinal) == true));
            Assert.Empty(await CaseCompilation.AnalyzeAsync(unresolved));
        }
    }

    private static async Task AssertQuietlyAnalyzed(CSharpCompilation compilation, string name)
    {
        // An exception in the analyzer arrives as AD0001, which AnalyzeAsync throws on.
        Assert.NotNull(await Record(compilation, name));
    }

    private static async Task<object> Record(CSharpCompilation compilation, string name)
    {
        try
        {
            return await CaseCompilation.AnalyzeAsync(compilation);
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidOperationException($"{name}: {failure.Message}", failure);
        }
    }
}
