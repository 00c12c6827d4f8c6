using System.Diagnostics;
using System.Globalization;
using System.Text;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>
/// How long the analyzer takes on a file with all rules on, warm, beside the compiler's own time for the same file. Each figure is the median of
/// fresh compilations, so that nothing is taken from a cache.
/// </summary>
internal static class AnalyzersBenchmark
{
    private const int Rounds = 25;

    public static int Run()
    {
        Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, Roslyn {typeof(CSharpCompilation).Assembly.GetName().Version}, medians of {Rounds} rounds");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-34}{"compiler",12}{"analyzer",12}{"target",12}"));
        Measure("trainer of 200 lines", Trainer(lines: 200), target: 50);
        Measure("method of 1,000 blocks", Blocks(1_000), target: 500);
        return 0;
    }

    private static void Measure(string name, string source, double target)
    {
        var compiler = new List<double>();
        var analyzer = new List<double>();
        for (var round = 0; round < Rounds + 5; round++)
        {
            var compilation = Compile(source);
            var clock = Stopwatch.StartNew();
            var errors = compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
            var compiled = clock.Elapsed.TotalMilliseconds;
            if (errors.Count > 0) throw new InvalidOperationException(errors[0].ToString());

            var analysis = compilation.WithAnalyzers([new GrpoAnalyzer()]);
            clock.Restart();
            _ = analysis.GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
            if (round < 5) continue;
            compiler.Add(compiled);
            analyzer.Add(clock.Elapsed.TotalMilliseconds);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-34}{Median(compiler),9:F1} ms{Median(analyzer),9:F1} ms{target,9:F0} ms  {(Median(analyzer) <= target ? "met" : "missed")}"));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static CSharpCompilation Compile(string source) => CSharpCompilation.Create(
        "Benchmark",
        [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest), "Trainer.cs")],
        [.. Net80.References.All, MetadataReference.CreateFromFile(typeof(TorchSharp.torch).Assembly.Location)],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    /// <summary>A trainer with the three defects; metrics fill it up to the length.</summary>
    private static string Trainer(int lines)
    {
        var metrics = new StringBuilder();
        for (var i = 0; metrics.ToString().Count(character => character == '\n') < lines - 45; i++)
        {
            metrics.AppendLine(CultureInfo.InvariantCulture, $"    private static float Metric{i}(Tensor x, Tensor mask)");
            metrics.AppendLine("    {");
            metrics.AppendLine(CultureInfo.InvariantCulture, $"        var share{i} = (x * mask).sum() / mask.sum().clamp_min({i + 1});");
            metrics.AppendLine(CultureInfo.InvariantCulture, $"        return share{i}.detach().ToSingle();");
            metrics.AppendLine("    }");
        }

        return Class(
            """
                    for (var epoch = 0; epoch < 4; epoch++)
                    {
                        var logProbs = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
                        var ratio = (logProbs - old).exp();
                        var perToken = -torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages);
                        var loss = ((perToken * mask).sum(1) / mask.sum(1)).mean();
                        optimizer.zero_grad();
                        loss.backward();
                        optimizer.step();
                    }
            """,
            metrics.ToString());
    }

    private static string Blocks(int count)
    {
        var body = new StringBuilder();
        body.AppendLine("        var loss = (policy.call(tokens) * advantages).mean();");
        for (var i = 0; i < count / 2; i++)
            body.AppendLine(CultureInfo.InvariantCulture, $"        if (loss.item<float>() > {i}f) loss = loss + {i} * loss;");
        body.AppendLine("        loss.backward();");
        body.AppendLine("        optimizer.step();");
        return Class(body.ToString(), "");
    }

    private static string Class(string body, string members) => $$"""
        using System;
        using TorchSharp;
        using static TorchSharp.torch;

        public class Trainer
        {
            private readonly nn.Module<Tensor, Tensor> policy;
            private readonly optim.Optimizer optimizer;

            public Trainer(nn.Module<Tensor, Tensor> policy)
            {
                this.policy = policy;
                optimizer = optim.AdamW(policy.parameters(), 1e-6);
            }

            public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards)
            {
                var grouped = rewards.view(-1, 8);
                var advantages = ((grouped - grouped.mean([1L], true)) / (grouped.std(1, true, true) + 1e-4)).view(-1, 1);
        {{body}}
            }

        {{members}}
        }
        """;
}
