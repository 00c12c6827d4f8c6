using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.Analyzers.Tests;

/// <summary>What a user says in <c>.editorconfig</c> is heeded.</summary>
public sealed class OptionTests
{
    [Theory]
    [InlineData("", "GRPO002 GRPO003")]
    [InlineData("grpo_guard_methods = IsTooFar", "GRPO002")]
    [InlineData("grpo_guard_methods = Other, IsTooFar", "GRPO002")]
    [InlineData("grpo_guard_methods = Other", "GRPO002 GRPO003")]
    public async Task MethodThatIsNamedGuards(string option, string expected) =>
        Assert.Equal(expected, await ReportedAsync(option, "optim.AdamW(policy.parameters())", "if (watch.IsTooFar()) break;"));

    [Fact]
    public async Task NamedMethodGuardsFromInsideTheUpdate() =>
        Assert.Equal("GRPO002", await ReportedAsync("grpo_guard_methods = Hold", "optim.AdamW(policy.parameters())", "", "Step();"));

    [Fact]
    public async Task NamedMethodBehindTheLoopDoesNotGuard() =>
        Assert.Equal("GRPO002 GRPO003", await ReportedAsync("grpo_guard_methods = Afterwards", "optim.AdamW(policy.parameters())", ""));

    [Theory]
    [InlineData("", "GRPO003")]
    [InlineData("grpo_adam_like_optimizers = OwnOptimizer", "GRPO002 GRPO003")]
    [InlineData("grpo_adam_like_optimizers = Other", "GRPO003")]
    public async Task OptimizerThatIsNamedIsLikeAdam(string option, string expected) =>
        Assert.Equal(expected, await ReportedAsync(option, "new OwnOptimizer(policy)", ""));

    [Theory]
    [InlineData("", "GRPO003")]
    [InlineData("grpo_assume_adam = true", "GRPO002 GRPO003")]
    [InlineData("grpo_assume_adam = perhaps", "GRPO003")]
    public async Task UnknownOptimizerIsAdamWhereAskedFor(string option, string expected) =>
        Assert.Equal(expected, await ReportedAsync(option, "given", ""));

    [Theory]
    [InlineData("", "")]
    [InlineData("grpo_report_single_pass_minibatches = true", "GRPO003")]
    public async Task OnePassOverMinibatchesIsReportedWhereAskedFor(string option, string expected)
    {
        const string Code = """
            using TorchSharp;
            using static TorchSharp.torch;
            public sealed class Trainer(nn.Module<Tensor, Tensor> policy)
            {
                private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());
                public void Update(Tensor ids, Tensor mask, Tensor old, Tensor worth)
                {
                    for (var at = 0; at < 64; at += 16)
                    {
                        var part = ids.narrow(0, at, 16);
                        var lp = policy.call(part).log_softmax(-1).gather(-1, part.unsqueeze(-1)).squeeze(-1);
                        var ratio = (lp - old.narrow(0, at, 16)).exp();
                        var gain = torch.min(ratio * worth.narrow(0, at, 16), ratio.clamp(0.8, 1.2) * worth.narrow(0, at, 16));
                        var kept = mask.narrow(0, at, 16);
                        optimizer.zero_grad();
                        (-(gain * kept).sum() / kept.sum()).backward();
                        optimizer.step();
                    }
                }
            }
            """;
        Assert.Equal(expected, await ReportedAsync(option, Code));
    }

    private static Task<string> ReportedAsync(string option, string optimizer, string inLoop, string step = "optimizer.step();") => ReportedAsync(option, $$"""
        using TorchSharp;
        using static TorchSharp.torch;
        public interface IWatch { bool IsTooFar(); void Hold(); void Afterwards(); }
        public sealed class OwnOptimizer(nn.Module<Tensor, Tensor> policy) : TorchSharp.Modules.SGD(policy.parameters(), 0.01);
        public sealed class Trainer(nn.Module<Tensor, Tensor> policy, IWatch watch, optim.Optimizer given)
        {
            private readonly optim.Optimizer optimizer = {{optimizer}};
            private readonly optim.Optimizer other = given;
            private void Step()
            {
                watch.Hold();
                optimizer.step();
            }

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
            {
                var worth = ((rewards - rewards.mean()) / (rewards.std() + 1e-4)).unsqueeze(1);
                for (var update = 0; update < 4; update++)
                {
                    var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var ratio = (lp - old).exp();
                    optimizer.zero_grad();
                    (-(torch.min(ratio * worth, ratio.clamp(0.8, 1.2) * worth) * mask).sum() / mask.sum()).backward();
                    {{inLoop}}
                    {{step}}
                }
                watch.Afterwards();
            }
        }
        """);

    private static async Task<string> ReportedAsync(string option, string code)
    {
        var compilation = CaseCompilation.Compile([("Trainer.cs", code)]);
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        var parts = option.Split('=', StringSplitOptions.TrimEntries);
        var options = new AnalyzerOptions([], new Provider(parts is [var key, var value] ? new(key, value) : new("", "")));
        var found = await compilation.WithAnalyzers([new GrpoAnalyzer()], options).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return string.Join(' ', found.Select(diagnostic => diagnostic.Id).Where(CaseCompilation.IsJudged).Order(StringComparer.Ordinal));
    }

    private sealed class Provider(Setting setting) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions => setting;

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => setting;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => setting;
    }

    private sealed class Setting(string name, string text) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = key == name ? text : null;
            return value is not null;
        }
    }
}
