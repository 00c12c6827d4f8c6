using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace GrpoAnalyzers.CodeFixes.Tests;

/// <summary>Which fix comes first, what the user's option changes in that, and what a constant is called.</summary>
public sealed class FixChoiceTests
{
    private const string TokenMean = "(lp * a * mask).sum() / mask.sum()";

    private const string Constant = "((lp * a * mask).sum(1) / MaxCompletionTokens).mean()";

    [Theory]
    [InlineData("", TokenMean)]
    [InlineData("grpo_fix_grpo001 = constant", Constant)]
    [InlineData("grpo_fix_grpo001 = token_mean", TokenMean)]
    [InlineData("grpo_fix_grpo001 = nonsense", TokenMean)]
    public async Task AnOptionPutsAnotherFixFirst(string option, string loss)
    {
        var test = new CSharpCodeFixTest<GrpoAnalyzer, Grpo001TokenMeanCodeFix, DefaultVerifier>
        {
            ReferenceAssemblies = ReferenceAssemblies.Net.Net80,
            TestCode = Trainer("", "({|GRPO001:(lp * a * mask).sum(1) / mask.sum(1)|}).mean()"),
            FixedCode = Trainer(loss == Constant ? "    private const int MaxCompletionTokens = 1024;\n\n" : "", loss),
        };
        test.TestState.AdditionalReferences.Add(typeof(TorchSharp.torch).Assembly);
        test.DisabledDiagnostics.Add("GRPO000");
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\n" + option + "\n"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("GRPO001", "constant", FixKeys.Constant)]
    [InlineData("GRPO001", "Token-Mean", FixKeys.TokenMean)]
    [InlineData("GRPO002", "centre", FixKeys.CentreOnly)]
    [InlineData("GRPO003", "kl_check", FixKeys.KlCheck)]
    [InlineData("GRPO001", "runtime", FixKeys.RuntimeObjective)]
    [InlineData("GRPO002", "runtime", FixKeys.RuntimeAdvantages)]
    [InlineData("GRPO003", "Runtime", FixKeys.RuntimeGuard)]
    [InlineData("GRPO002", "constant", null)]
    [InlineData("GRPO001", null, null)]
    public void ChoicesHaveKeys(string rule, string? choice, string? key) => Assert.Equal(key, FixKeys.Of(rule, choice));

    /// <summary>Gradients that are accumulated see a part of the batch: its token count would be no denominator.</summary>
    [Theory]
    [InlineData("", "MaxCompletionTokens", "    private const int MaxCompletionTokens = 1024;\n\n")]
    [InlineData("    private const int BLOCK_SIZE = 8;\n\n", "MAX_COMPLETION_TOKENS", "    private const int BLOCK_SIZE = 8;\n    private const int MAX_COMPLETION_TOKENS = 1024;\n\n")]
    [InlineData("    private readonly int maxNewTokens = 256;\n\n", "maxNewTokens", "    private readonly int maxNewTokens = 256;\n\n")]
    [InlineData("    public string MaxCompletionTokens => \"many\";\n\n", "MaxCompletionTokens2", "    private const int MaxCompletionTokens2 = 1024;\n\n    public string MaxCompletionTokens => \"many\";\n\n")]
    public async Task MicroBatchesAreDividedByAConstant(string members, string name, string expectedMembers)
    {
        using var project = FixedProject.Of(MicroBatches(members, "mask.sum(1)"));
        Assert.True(await project.ApplyAsync(new Grpo001TokenMeanCodeFix()));
        Assert.Equal(MicroBatches(expectedMembers, name), await project.TextAsync());
        Assert.Empty(await project.ErrorsAsync());
        Assert.Empty(await project.FindingIdsAsync());
    }

    /// <summary>The divisor is the length and something besides, whose place in the corrected loss is not known.</summary>
    [Fact]
    public async Task NothingWhereTheDivisorIsMoreThanTheLength()
    {
        using var project = FixedProject.Of(MicroBatches("", "(mask.sum(1) * 4)"));
        Assert.Contains("GRPO001", await project.FindingIdsAsync());
        Assert.False(await project.ApplyAsync(new Grpo001TokenMeanCodeFix()));
    }

    /// <summary>A helper that serves other values too stays as it is: its call is written out.</summary>
    [Fact]
    public async Task AHelperThatServesOthersStays()
    {
        const string Helper = "    private static Tensor RowMean(Tensor x, Tensor keep) => (x * keep).sum(1) / keep.sum(1);\n\n";
        var code = MicroBatches(Helper, "CALL")
            .Replace("(lp * a * mask).sum(1) / CALL", "RowMean(lp * a, mask)", StringComparison.Ordinal)
            .Replace("loss.mean().backward();", "loss.mean().backward();\n            System.Console.WriteLine(RowMean(lp.detach(), mask).mean().item<float>());", StringComparison.Ordinal);
        using var project = FixedProject.Of(code.Replace("RowMean(lp * a, mask)", "RowMean(gain, mask)", StringComparison.Ordinal)
            .Replace("var loss", "var gain = lp * a;\n            var loss", StringComparison.Ordinal));
        Assert.True(await project.ApplyAsync(new Grpo001TokenMeanCodeFix()));
        var text = await project.TextAsync();
        Assert.Contains(Helper, text, StringComparison.Ordinal);
        Assert.Contains("var loss = (gain * mask).sum(1) / MaxCompletionTokens;", text, StringComparison.Ordinal);
        Assert.Empty(await project.FindingIdsAsync());
    }

    private static string Trainer(string members, string loss) => $$"""
        using TorchSharp;
        using static TorchSharp.torch;
        public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
        {
        {{members}}    private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

            public void Update(Tensor ids, Tensor mask, Tensor a)
            {
                var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var loss = {{loss}};
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        """;

    private static string MicroBatches(string members, string divisor) => $$"""
        using TorchSharp;
        using static TorchSharp.torch;
        public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
        {
        {{members}}    private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());

            public void Update((Tensor Ids, Tensor Mask, Tensor Advantages)[] parts)
            {
                optimizer.zero_grad();
                foreach (var (ids, mask, a) in parts)
                {
                    var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var loss = (lp * a * mask).sum(1) / {{divisor}};
                    loss.mean().backward();
                }

                optimizer.step();
            }
        }
        """;
}
