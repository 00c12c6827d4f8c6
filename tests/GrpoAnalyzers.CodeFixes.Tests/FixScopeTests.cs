using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>Findings one by one, and all of a document, of a project and of a solution at once, come to the same text.</summary>
public sealed class FixScopeTests
{
    /// <summary>Two losses that share a mask's lengths and a deviation, in a type of their own.</summary>
    private const string Template = """
        using TorchSharp;
        using static TorchSharp.torch;
        public sealed class NAME(nn.Module<Tensor, Tensor> policy)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

            public void Update(Tensor ids, Tensor mask, Tensor rewards, long size)
            {
                var groups = rewards.view(-1, size);
                DEVIATION
                var centred = FIRST;
                var raised = SECOND;
                var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                LENGTHS
                var loss = LOSS1;
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                var again = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var other = LOSS2;
                optimizer.zero_grad();
                other.backward();
                optimizer.step();
            }
        }
        """;

    [Fact]
    public Task TokenMeans() => RunAsync<Grpo001TokenMeanCodeFix>(
        name => Lengths(name, "{|GRPO001:(lp * centred * mask).sum(1) / lengths|}", "{|GRPO001:(again * raised * mask).sum(1) / lengths|}"),
        name => Code(name, "", Centred, Raised, "var lengths = mask.sum(1);", "-(lp * centred * mask).sum() / lengths.sum()", "-(again * raised * mask).sum() / lengths.sum()"));

    [Fact]
    public Task Deviations() => RunAsync<Grpo002CentreOnlyCodeFix>(
        name => Code(
            name,
            "var deviation = groups.std(1, keepdim: true) + 1e-4;",
            "({|GRPO002:(groups - groups.mean([1], keepdim: true)) / deviation|}).view(-1, 1)",
            "({|GRPO002:(groups - 0.5 - groups.mean([1], keepdim: true)) / deviation|}).view(-1, 1)",
            "",
            "-(lp * centred * mask).sum() / mask.sum()",
            "-(again * raised * mask).sum() / mask.sum()"),
        name => Code(name, "", Centred, Raised, "", "-(lp * centred * mask).sum() / mask.sum()", "-(again * raised * mask).sum() / mask.sum()"));

    [Fact]
    public async Task Constants()
    {
        var test = Test<Grpo001TokenMeanCodeFix>(
            name => Lengths(name, "{|GRPO001:(lp * centred * mask).sum(1) / lengths|}", "{|GRPO001:(again * raised * mask).sum(1) / lengths|}"),
            name => Code(name, "", Centred, Raised, "", "-((lp * centred * mask).sum(1) / MaxCompletionTokens).mean()", "-((again * raised * mask).sum(1) / MaxCompletionTokens).mean()")
                .Replace("{\n    private readonly", "{\n    private const int MaxCompletionTokens = 1024;\n\n    private readonly", StringComparison.Ordinal));
        test.CodeActionEquivalenceKey = FixKeys.Constant;
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task KlChecks() => RunAsync<Grpo003KlCheckCodeFix>(
        name => Epochs(name, "", "{|GRPO003:optimizer.step()|};", "{|GRPO003:optimizer.step()|};"),
        name => Epochs(name, "    private const double KlLimit = 0.02;\n\n", Checked("logRatio", "kl"), Checked("stepLogRatio", "klEstimate")));

    [Fact]
    public async Task Guards()
    {
        var test = Test<Grpo003KlCheckCodeFix>(
            name => Epochs(name, "", "{|GRPO003:optimizer.step()|};", "{|GRPO003:optimizer.step()|};"),
            name => Epochs(name, "", Asked("guard"), Asked("ratioGuard"))
                .Replace("using TorchSharp;", "using GrpoAnalyzers.Runtime;\nusing TorchSharp;", StringComparison.Ordinal)
                .Replace("        for (", "        using var guard = new RatioGuard { MaxKl = 0.02 };\n        for (", StringComparison.Ordinal)
                .Replace("        while (", "        using var ratioGuard = new RatioGuard { MaxKl = 0.02 };\n        while (", StringComparison.Ordinal));
        test.TestState.AdditionalReferences.Add(typeof(Runtime.RatioGuard).Assembly);
        test.CodeActionEquivalenceKey = FixKeys.RuntimeGuard;
        test.CodeActionIndex = 1;
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Asked(string guard) => $"if ({guard}.ShouldStop(lp, old, mask)) break;\n            optimizer.step();";

    private static string Checked(string logRatio, string kl) => $$"""
        using (no_grad())
                    {
                        var {{logRatio}} = lp - old;
                        var {{kl}} = ((exp({{logRatio}}) - 1 - {{logRatio}}) * mask).sum() / mask.sum();
                        if (!({{kl}}.item<float>() <= KlLimit)) break;
                    }

                    optimizer.step();
        """;

    private static string Epochs(string name, string limit, string first, string second) => $$"""
        using TorchSharp;
        using static TorchSharp.torch;
        public sealed class {{name}}(nn.Module<Tensor, Tensor> policy)
        {
        {{limit}}    private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor advantages)
            {
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var ratio = exp(lp - old);
                    var loss = -(min(ratio * advantages, clamp(ratio, 0.8, 1.2) * advantages) * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    {{first}}
                }

                while (true)
                {
                    var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var ratio = exp(lp - old);
                    var loss = -(min(ratio * advantages, clamp(ratio, 0.7, 1.3) * advantages) * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    {{second}}
                }
            }
        }
        """;

    private const string Centred = "(groups - groups.mean([1], keepdim: true)).view(-1, 1)";

    private const string Raised = "(groups - 0.5 - groups.mean([1], keepdim: true)).view(-1, 1)";

    private static string Lengths(string name, string first, string second) =>
        Code(name, "", Centred, Raised, "var lengths = mask.sum(1);", $"-({first}).mean()", $"-({second}).mean()");

    private static string Code(string name, string deviation, string first, string second, string lengths, string loss, string other) =>
        string.Join('\n', Template.Split('\n').Where(line => (deviation.Length > 0 || !line.Contains("DEVIATION", StringComparison.Ordinal)) && (lengths.Length > 0 || !line.Contains("LENGTHS", StringComparison.Ordinal))))
            .Replace("NAME", name, StringComparison.Ordinal).Replace("DEVIATION", deviation, StringComparison.Ordinal).Replace("FIRST", first, StringComparison.Ordinal)
            .Replace("SECOND", second, StringComparison.Ordinal).Replace("LENGTHS", lengths, StringComparison.Ordinal)
            .Replace("LOSS1", loss, StringComparison.Ordinal).Replace("LOSS2", other, StringComparison.Ordinal);

    private static Task RunAsync<TFix>(Func<string, string> before, Func<string, string> after)
        where TFix : CodeFixProvider, new() => Test<TFix>(before, after).RunAsync(TestContext.Current.CancellationToken);

    private static CSharpCodeFixTest<GrpoAnalyzer, TFix, DefaultVerifier> Test<TFix>(Func<string, string> before, Func<string, string> after)
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<GrpoAnalyzer, TFix, DefaultVerifier>
        {
            ReferenceAssemblies = ReferenceAssemblies.Net.Net80,
            TestState = { Sources = { before("First"), before("Second") } },
            FixedState = { Sources = { after("First"), after("Second") } },
        };
        test.TestState.AdditionalReferences.Add(typeof(TorchSharp.torch).Assembly);
        test.DisabledDiagnostics.Add("GRPO000");
        return test;
    }
}
