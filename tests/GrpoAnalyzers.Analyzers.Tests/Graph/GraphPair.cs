using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Graph.Reading;
using GrpoAnalyzers.Graph.Source;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GrpoAnalyzers.Analyzers.Tests.Graph;

/// <summary>Two pieces of code over the same variables, as the graphs that are read from them.</summary>
internal static class GraphPair
{
    /// <summary>The graphs of two expressions, or of two bodies that return a tensor.</summary>
    public static (string Left, string Right) Of(string left, string right)
    {
        var source = $$"""
            using System;
            using System.Collections.Generic;
            using System.Linq;
            using TorchSharp;
            using static TorchSharp.torch;
            public class Code
            {
                private static Tensor RowMean(Tensor values, Tensor mask, long dim = 1) => (values * mask).sum(dim) / mask.sum(dim);
                private static (Tensor First, Tensor Second) Both(Tensor first, Tensor second) => (first, second);
                private static void Update(optim.Optimizer optimizer) => optimizer.step();
                private static Tensor Swapped(Tensor first, Tensor second) => second - first;
                private sealed record Sides(Tensor Top, Tensor Bottom) { public Tensor Quotient => Top / Bottom; }
                public Tensor Left(Tensor a, Tensor b, Tensor c, Tensor m, nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> other, optim.Optimizer opt, int n, float[] xs) { {{Body(left)}} }
                public Tensor Right(Tensor a, Tensor b, Tensor c, Tensor m, nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> other, optim.Optimizer opt, int n, float[] xs) { {{Body(right)}} }
            }
            public static class Extensions
            {
                public static Tensor Over(this Tensor top, Tensor bottom) => top / bottom;
            }
            """;
        var compilation = CaseCompilation.Compile([("Code.cs", source)]);
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return (Text(compilation, "Left"), Text(compilation, "Right"));
    }

    private static string Body(string code) => code.Contains("return", StringComparison.Ordinal) ? code : $"return {code};";

    private static string Text(CSharpCompilation compilation, string method)
    {
        var bodies = new BodySource(compilation);
        var reader = new Reader(bodies, new SymbolSearch(bodies), KnownTypes.Of(compilation)!, TestContext.Current.CancellationToken);
        var entry = compilation.GetTypeByMetadataName("Code")!.GetMembers(method).OfType<IMethodSymbol>().Single();
        var returned = reader.ReadEntry(entry);
        Assert.NotNull(returned);
        return new GraphText(withConstants: true).Add(returned).ToString();
    }
}
