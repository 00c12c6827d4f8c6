using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.Analyzers.Tests.Robustness;

/// <summary>A program as it stands while it is typed: one with a statement missing, or with a file that ends too soon.</summary>
internal sealed class BrokenProgram(string name, CSharpCompilation compilation, SyntaxTree original, Func<SyntaxTree> broken)
{
    private const int TokensBetweenCuts = 20;

    public override string ToString() => name;

    /// <summary>All that one file of a program gives: each statement missing in turn, and the file cut at every twentieth token.</summary>
    public static IEnumerable<BrokenProgram> Of(string name, CSharpCompilation compilation, SyntaxTree tree)
    {
        var root = tree.GetRoot();
        var statements = root.DescendantNodes().OfType<StatementSyntax>().Where(statement => statement.Parent is BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax).ToList();
        for (var i = 0; i < statements.Count; i++)
        {
            var statement = statements[i];
            yield return new BrokenProgram(string.Create(CultureInfo.InvariantCulture, $"{name} without statement {i}"), compilation, tree, () => Without(tree, statement));
        }

        var tokens = root.DescendantTokens().Select(token => token.SpanStart).ToList();
        for (var i = TokensBetweenCuts; i < tokens.Count; i += TokensBetweenCuts)
        {
            var end = tokens[i];
            yield return new BrokenProgram(string.Create(CultureInfo.InvariantCulture, $"{name} up to token {i}"), compilation, tree, () => Parse(tree, tree.GetText().ToString(new(0, end))));
        }
    }

    /// <summary>Analyzes the broken file as an editor would.</summary>
    /// <returns>What the analyzer threw; null when all is well.</returns>
    public async Task<Exception?> AnalyzeAsync(CancellationToken cancellation)
    {
        var tree = broken();
        var program = compilation.ReplaceSyntaxTree(original, tree);
        Exception? thrown = null;
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]),
            (exception, _, _) => thrown = exception,
            concurrentAnalysis: false,
            logAnalyzerExecutionTime: false);
        await new CompilationWithAnalyzers(program, [new GrpoAnalyzer()], options).GetAnalyzerSemanticDiagnosticsAsync(program.GetSemanticModel(tree), null, cancellation);
        return thrown;
    }

    private static SyntaxTree Without(SyntaxTree tree, StatementSyntax statement)
    {
        var text = tree.GetText().ToString();
        return Parse(tree, text[..statement.Span.Start] + text[statement.Span.End..]);
    }

    private static SyntaxTree Parse(SyntaxTree tree, string text) => CSharpSyntaxTree.ParseText(text, (CSharpParseOptions)tree.Options, tree.FilePath);
}
