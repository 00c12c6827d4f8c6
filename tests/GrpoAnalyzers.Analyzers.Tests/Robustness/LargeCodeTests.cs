using System.Globalization;
using System.Text;
using Basic.Reference.Assemblies;
using GrpoAnalyzers.Graph;
using GrpoAnalyzers.Graph.Reading;
using GrpoAnalyzers.Graph.Source;
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

    [Fact]
    public async Task CallsThatDouble()
    {
        var members = new StringBuilder("private static Tensor Double20(Tensor x) => x + 1;");
        for (var i = 0; i < 20; i++)
            members.AppendLine(CultureInfo.InvariantCulture, $"private static Tensor Double{i}(Tensor x) => Double{i + 1}(x * 2) + Double{i + 1}(x.exp());");
        await Analyze("loss = Double0(loss);", members.ToString());
    }

    [Fact]
    public async Task FunctionsThatRunEachOther()
    {
        const string Members = """
            private static T Then<T>(T x, Func<T, T> next) => next(x);
            private static Tensor Again(Tensor x) => Then(x, y => Then(y.exp(), z => Then(Other(z), Again)) + Then(y, Other));
            private static Tensor Other(Tensor x) => Then(x * 2, y => Then(Again(y), z => Then(z, Again) + Again(z)));
            """;
        await Analyze("loss = Again(loss);", Members);
    }

    private static async Task Analyze(string body, string members = "")
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
                {{members}}
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
        AssertWithinBudget(compilation);
    }

    /// <summary>What was read when the budget was spent may end its own operation, and no more.</summary>
    private static void AssertWithinBudget(CSharpCompilation compilation)
    {
        const int LastOperation = 100;
        var bodies = new BodySource(compilation);
        var reader = new Reader(bodies, new SymbolSearch(bodies), KnownTypes.Of(compilation)!, TestContext.Current.CancellationToken);
        reader.ReadEntry(compilation.GetTypeByMetadataName("Trainer")!.GetMembers("Update").OfType<IMethodSymbol>().Single());
        Assert.InRange(reader.Graph.NodeCount, 1, Budget.Nodes + LastOperation);
        Assert.InRange(reader.BlockCount, 1, Budget.Blocks + LastOperation);
    }
}
