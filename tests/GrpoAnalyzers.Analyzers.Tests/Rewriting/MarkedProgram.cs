using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.Analyzers.Tests.Rewriting;

/// <summary>A program in which the code that diagnostics lie on is marked, so that it can be found again when the program was rewritten.</summary>
internal sealed class MarkedProgram
{
    private const string Mark = "reported";

    private MarkedProgram(CSharpCompilation compilation, IReadOnlyList<string> ids)
    {
        Compilation = compilation;
        Ids = ids;
    }

    public CSharpCompilation Compilation { get; }

    /// <summary>The rule of each mark, by the mark's number.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>The program with a mark for each diagnostic.</summary>
    public static MarkedProgram Of(CSharpCompilation compilation, IReadOnlyList<Diagnostic> diagnostics)
    {
        var marked = compilation;
        foreach (var tree in compilation.SyntaxTrees)
        {
            var root = tree.GetRoot();
            var marks = new Dictionary<SyntaxNode, List<SyntaxAnnotation>>();
            for (var i = 0; i < diagnostics.Count; i++)
            {
                if (diagnostics[i].Location.SourceTree != tree)
                    continue;
                var node = root.FindNode(diagnostics[i].Location.SourceSpan, getInnermostNodeForTie: true);
                if (!marks.TryGetValue(node, out var list))
                    marks.Add(node, list = []);
                list.Add(new SyntaxAnnotation(Mark, i.ToString(CultureInfo.InvariantCulture)));
            }

            marked = marked.ReplaceSyntaxTree(tree, Reparse(tree, root.ReplaceNodes(marks.Keys, (original, node) => node.WithAdditionalAnnotations(marks[original]))));
        }

        return new MarkedProgram(marked, [.. diagnostics.Select(diagnostic => diagnostic.Id)]);
    }

    public MarkedProgram With(CSharpCompilation compilation) => new(compilation, Ids);

    /// <summary>A tree as its text would be parsed, with the marks of the given root. What counts is the program that a user could write.</summary>
    public static SyntaxTree Reparse(SyntaxTree tree, SyntaxNode rewritten)
    {
        var root = rewritten.NormalizeWhitespace(eol: "\n");
        var parsed = CSharpSyntaxTree.ParseText(root.ToFullString(), (CSharpParseOptions)tree.Options, tree.FilePath);
        var marks = new Dictionary<SyntaxNode, IEnumerable<SyntaxAnnotation>>();
        foreach (var node in root.GetAnnotatedNodes(Mark))
        {
            var found = parsed.GetRoot().FindNode(node.Span, getInnermostNodeForTie: true);
            while (found.RawKind != node.RawKind && found.Parent is { } parent && parent.Span == node.Span)
                found = parent;
            marks[found] = marks.TryGetValue(found, out var known) ? known.Concat(node.GetAnnotations(Mark)) : node.GetAnnotations(Mark);
        }

        return marks.Count == 0
            ? parsed
            : parsed.WithRootAndOptions(parsed.GetRoot().ReplaceNodes(marks.Keys, (original, node) => node.WithAdditionalAnnotations(marks[original])), tree.Options);
    }

    /// <summary>Compiles and analyzes the program.</summary>
    /// <returns>The compiler's errors, and what differs between the marks and the diagnostics; both empty when all is as it was.</returns>
    public async Task<(IReadOnlyList<Diagnostic> Errors, Comparison Comparison)> CheckAsync(CancellationToken cancellation)
    {
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: false, logAnalyzerExecutionTime: false);
        var all = await new CompilationWithAnalyzers(Compilation, [new GrpoAnalyzer()], options).GetAllDiagnosticsAsync(cancellation);
        var errors = all.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id.StartsWith("CS", StringComparison.Ordinal)).ToList();
        if (all.FirstOrDefault(diagnostic => diagnostic.Id == "AD0001") is { } failure)
            throw new InvalidOperationException(failure.GetMessage(CultureInfo.InvariantCulture));
        return (errors, Compare([.. all.Where(diagnostic => CaseCompilation.IsJudged(diagnostic.Id))]));
    }

    private Comparison Compare(List<Diagnostic> diagnostics)
    {
        var comparison = new Comparison();
        for (var i = 0; i < Ids.Count; i++)
        {
            var number = i.ToString(CultureInfo.InvariantCulture);
            var nodes = Compilation.SyntaxTrees
                .SelectMany(tree => tree.GetRoot().GetAnnotatedNodes(Mark))
                .Where(node => node.GetAnnotations(Mark).Any(annotation => annotation.Data == number))
                .ToList();
            if (nodes.Count == 0)
                comparison.Lost.Add(Ids[i]);
            if (diagnostics.Find(diagnostic => diagnostic.Id == Ids[i] && nodes.Exists(node => LiesOn(diagnostic, node))) is { } match)
            {
                diagnostics.Remove(match);
                comparison.Kept.Add((i, Ids[i]));
            }
            else
            {
                comparison.Missing.Add((i, Ids[i], nodes.Count == 0 ? "" : Line(nodes[0].GetLocation())));
            }
        }

        comparison.New.AddRange(diagnostics.Select(diagnostic => (diagnostic.Id, Line(diagnostic.Location))));
        return comparison;
    }

    private static string Line(Location location) =>
        location.SourceTree!.GetText().Lines[location.GetLineSpan().StartLinePosition.Line].ToString().Trim();

    /// <summary>
    /// Whether a diagnostic lies on marked code: on it, on the statement that it is part of, or on the call of the method that holds it, where the call
    /// decides what the method does.
    /// </summary>
    private bool LiesOn(Diagnostic diagnostic, SyntaxNode node)
    {
        var tree = diagnostic.Location.SourceTree!;
        var place = tree.GetRoot().FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
        if (tree == node.SyntaxTree && (place.Span.Contains(node.Span) || node.Span.Contains(place.Span) || Statement(place) == Statement(node)))
            return true;
        var model = Compilation.GetSemanticModel(tree);
        foreach (var call in Statement(place).DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>())
        {
            if (model.GetSymbolInfo(call).Symbol is { } called
                && called.OriginalDefinition.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree == node.SyntaxTree && reference.Span.Contains(node.Span)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The smallest statement, initialiser or expression body around a node.</summary>
    private static SyntaxNode Statement(SyntaxNode node) =>
        node.AncestorsAndSelf().FirstOrDefault(ancestor =>
            ancestor is StatementSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax { Parent.Parent.Parent: FieldDeclarationSyntax } or MemberDeclarationSyntax) ?? node;

    /// <summary>What became of the marks.</summary>
    internal sealed class Comparison
    {
        /// <summary>Marks that the rewriter dropped: its own mistake.</summary>
        public List<string> Lost { get; } = [];

        public List<(int Mark, string Id)> Kept { get; } = [];

        public List<(int Mark, string Id, string Code)> Missing { get; } = [];

        public List<(string Id, string Code)> New { get; } = [];

        public bool IsSame => Missing.Count == 0 && New.Count == 0;

        public override string ToString() =>
            string.Join("; ", Missing.Select(missing => $"no longer {missing.Id}: {missing.Code}").Concat(New.Select(added => $"new {added.Id}: {added.Code}")));
    }
}
