using System.Globalization;
using System.Text;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GrpoAnalyzers.Analyzers.Tests.Robustness;

/// <summary>Code of a size that nobody writes but generators do. The analyzer neither throws nor runs out of stack.</summary>
public sealed class LargeCodeTests
{
    [Fact]
    public async Task MethodOfAThousandBlocks()
    {
        var body = new StringBuilder();
        for (var i = 0; i < 500; i++)
            body.AppendLine(CultureInfo.InvariantCulture, $"if (loss.item<float>() > {i}f) loss = loss + {i} * loss;");
        await Analyze(body.ToString());
    }

    [Fact]
    public async Task ChainOfThreeHundredTerms() =>
        await Analyze("loss = " + string.Join(" + ", Enumerable.Range(0, 300).Select(i => string.Create(CultureInfo.InvariantCulture, $"loss * {i}"))) + ";");

    [Fact]
    public async Task FiveThousandAssignmentsInALoop()
    {
        var body = new StringBuilder("for (var i = 0; i < 3; i++) {");
        for (var i = 0; i < 5_000; i++)
            body.AppendLine("loss = loss * 0.5 + loss.exp();");
        await Analyze(body.Append('}').ToString());
    }

    [Fact]
    public async Task LambdasInsideLambdas()
    {
        var body = new StringBuilder("loss = ");
        for (var i = 0; i < 40; i++)
            body.Append(CultureInfo.InvariantCulture, $"new Func<Tensor, Tensor>(x{i} => x{i} + ");
        body.Append("loss");
        for (var i = 39; i >= 0; i--)
            body.Append(")(loss)");
        await Analyze(body.Append(';').ToString());
    }

    [Fact]
    public async Task DeepLoops()
    {
        var body = new StringBuilder();
        for (var i = 0; i < 30; i++)
            body.Append(CultureInfo.InvariantCulture, $"for (var i{i} = 0; i{i} < 2; i{i}++) {{ loss = loss + 1;");
        await Analyze(body.Append('}', 30).ToString());
    }

    private static async Task Analyze(string body)
    {
        var source = $$"""
            using System;
            using System.Linq;
            using TorchSharp;
            using static TorchSharp.torch;
            public class Trainer
            {
                private readonly nn.Module<Tensor, Tensor> policy;
                private readonly optim.Optimizer optimizer;
                public Trainer(nn.Module<Tensor, Tensor> policy)
                {
                    this.policy = policy;
                    optimizer = optim.AdamW(policy.parameters());
                }
                public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor advantages)
                {
                    var logProbs = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
                    var ratio = (logProbs - old).exp();
                    var perToken = -torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages);
                    var loss = (perToken * mask).sum() / mask.sum();
                    {{body}}
                    optimizer.zero_grad();
                    loss.backward();
                    optimizer.step();
                }
            }
            """;
        var compilation = CSharpCompilation.Create(
            "Large",
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest), "Trainer.cs")],
            [.. Net80.References.All, MetadataReference.CreateFromFile(typeof(TorchSharp.torch).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        Assert.Empty(await CaseCompilation.AnalyzeAsync(compilation));
    }
}
