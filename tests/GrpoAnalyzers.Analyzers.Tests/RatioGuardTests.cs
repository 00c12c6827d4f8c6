using GrpoAnalyzers.Runtime;
using Microsoft.CodeAnalysis;

namespace GrpoAnalyzers.Analyzers.Tests;

/// <summary>The guard of GrpoAnalyzers.Runtime keeps a policy in its trust region if it has a limit, and is given the two policies that the loss compares.</summary>
public sealed class RatioGuardTests
{
    [Theory]
    [InlineData("MaxKl = 0.02")]
    [InlineData("MaxOutside = 0.05")]
    [InlineData("MaxRatio = 2")]
    [InlineData("MaxKl = null, MaxRatio = 1.5, Region = Clip.Symmetric(0.1)")]
    [InlineData("MaxKl = limit")]
    public Task WithALimit(string limits) => AssertAsync(isGuarded: true, Trainer($"using var guard = new RatioGuard {{ {limits} }};", "if (guard.ShouldStop(lp, old, mask)) break;"));

    /// <summary>It never stops.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("MaxKl = null")]
    [InlineData("Region = Clip.Symmetric(0.1)")]
    [InlineData("MaxKl = double.PositiveInfinity")]
    [InlineData("MaxOutside = 1")]
    [InlineData("MaxKl = 1e9, MaxRatio = 1e9")]
    public Task WithoutALimit(string limits) => AssertAsync(isGuarded: false, Trainer($"using var guard = new RatioGuard {{ {limits} }};", "if (guard.ShouldStop(lp, old, mask)) break;"));

    [Theory]
    [InlineData("if (guard.ShouldStop(lp, old)) break;", true)]
    [InlineData("if (guard.ShouldStop(mask: mask, oldLogProbs: old, logProbs: lp)) return;", true)]
    [InlineData("var far = guard.ShouldStop(lp.detach(), old, mask); if (far) throw new System.InvalidOperationException();", true)]
    [InlineData("if (epoch > 0 && guard.ShouldStop(lp, old, mask)) break;", true)]
    [InlineData("guard.Record(lp, old, mask); if (guard.Read()[^1].Kl > 0.02) break;", true)]
    [InlineData("if (guard.ShouldStop(lp, lp.detach(), mask)) break;", false)]
    [InlineData("System.Console.WriteLine(guard.ShouldStop(lp, old, mask));", false)]
    [InlineData("guard.Record(lp, old, mask); if (guard.Updates > 3) break;", false)]
    [InlineData("guard.Record(lp, lp.detach(), mask); if (guard.Read()[^1].Kl > 0.02) break;", false)]
    public Task HoweverItIsAsked(string check, bool isGuarded) => AssertAsync(isGuarded, Trainer("using var guard = new RatioGuard { MaxKl = 0.02 };", check));

    [Theory]
    [InlineData("new RatioGuard { MaxKl = 0.02 }", true)]
    [InlineData("new() { MaxOutside = 0.1 }", true)]
    [InlineData("new()", false)]
    public Task InAField(string made, bool isGuarded) =>
        AssertAsync(isGuarded, Trainer("", "if (guard.ShouldStop(lp, old, mask)) break;", $"private readonly RatioGuard guard = {made};"));

    [Fact]
    public Task HandedIn() => AssertAsync(isGuarded: true, Trainer("", "if (guard.ShouldStop(lp, old, mask)) break;", parameter: ", RatioGuard guard"));

    [Fact]
    public Task HandedToWhoMakesTheUpdate() => AssertAsync(
        isGuarded: true,
        Trainer("using var guard = new RatioGuard { MaxKl = 0.02 };", "if (!IsNear(guard, lp, old, mask)) break;", "private static bool IsNear(RatioGuard g, Tensor a, Tensor b, Tensor m) => !g.ShouldStop(a, b, m);"));

    private static async Task AssertAsync(bool isGuarded, string code)
    {
        var compilation = CaseCompilation.Compile([("Trainer.cs", code)]).AddReferences(MetadataReference.CreateFromFile(typeof(RatioGuard).Assembly.Location));
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(problem => problem.Severity == DiagnosticSeverity.Error));
        Assert.Equal(isGuarded ? [] : ["GRPO003"], (await CaseCompilation.AnalyzeAsync(compilation)).Select(place => place.Id));
    }

    private static string Trainer(string made, string check, string member = "", string parameter = "") => $$"""
        using GrpoAnalyzers.Runtime;
        using TorchSharp;
        using static TorchSharp.torch;
        public sealed class Trainer(nn.Module<Tensor, Tensor> policy, double limit)
        {
            private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters());
            {{member}}

            public double Limit => limit;

            public void Update(Tensor ids, Tensor mask, Tensor old, Tensor advantages{{parameter}})
            {
                {{made}}
                for (var epoch = 0; epoch < 4; epoch++)
                {
                    var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var ratio = exp(lp - old);
                    var loss = -(min(ratio * advantages, clamp(ratio, 0.8, 1.2) * advantages) * mask).sum() / mask.sum();
                    optimizer.zero_grad();
                    loss.backward();
                    {{check}}
                    optimizer.step();
                }
            }
        }
        """;
}
