using GrpoAnalyzers.Rules;
using GrpoAnalyzers.Trainer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.Analyzers.Tests;

/// <summary>A rule that the user switched off costs nothing: it is not asked.</summary>
public sealed class SwitchedOffRuleTests
{
    private const string Trainer = """
        using TorchSharp;
        using static TorchSharp.torch;
        public partial class Trainer
        {
            public Tensor Loss(Tensor current, Tensor old, Tensor gains, Tensor mask)
            {
                var ratio = (current - old).exp();
                var each = -torch.min(ratio * gains, ratio.clamp(0.8, 1.2) * gains);
                return ((each * mask).sum(1) / mask.sum(1)).mean();
            }
        }
        """;

    private const string OtherPart = "public partial class Trainer { public int Count; }";

    [Fact]
    public async Task AllRulesAreAskedOnce() => Assert.Equal(["GRPO000 1", "GRPO001 1", "GRPO002 1", "GRPO003 1"], await AskedAsync(options => options));

    [Fact]
    public async Task RuleThatTheProjectSuppressesIsNotAsked() =>
        Assert.Equal(
            ["GRPO000 1", "GRPO002 1", "GRPO003 1"],
            await AskedAsync(options => options.WithSpecificDiagnosticOptions([new("GRPO001", ReportDiagnostic.Suppress)])));

    [Fact]
    public async Task RuleThatIsOffInAllFilesIsNotAsked() =>
        Assert.Equal(["GRPO000 1", "GRPO001 1", "GRPO003 1"], await AskedAsync(options => options.WithSyntaxTreeOptionsProvider(new Off("GRPO002", "File0.cs", "File1.cs"))));

    [Fact]
    public async Task RuleThatIsOnInOneFileOfATypeIsAsked() =>
        Assert.Equal(
            ["GRPO000 1", "GRPO001 1", "GRPO002 1", "GRPO003 1"],
            await AskedAsync(options => options.WithSyntaxTreeOptionsProvider(new Off("GRPO002", "File0.cs"))));

    [Fact]
    public async Task RuleThatAFileSwitchesOnAgainIsAsked() =>
        Assert.Equal(
            ["GRPO000 1", "GRPO001 1", "GRPO002 1", "GRPO003 1"],
            await AskedAsync(options => options
                .WithSpecificDiagnosticOptions([new("GRPO001", ReportDiagnostic.Suppress)])
                .WithSyntaxTreeOptionsProvider(new Off("GRPO001") { Otherwise = ReportDiagnostic.Warn })));

    /// <summary>How often each rule is asked about the trainer.</summary>
    private static async Task<IEnumerable<string>> AskedAsync(Func<CompilationOptions, CompilationOptions> configure)
    {
        var compilation = CaseCompilation.Compile([("File0.cs", Trainer), ("File1.cs", OtherPart)]);
        var rules = RuleCatalogue.All.Select(rule => new CountingRule(rule)).ToList();
        await compilation.WithOptions((Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions)configure(compilation.Options))
            .WithAnalyzers([new GrpoAnalyzer([.. rules])])
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return rules.Where(rule => rule.Asked > 0).Select(rule => $"{rule.Descriptor.Id} {rule.Asked}");
    }

    private sealed class CountingRule(TrainerRule rule) : TrainerRule
    {
        private int asked;

        public int Asked => asked;

        public override DiagnosticDescriptor Descriptor => rule.Descriptor;

        public override IEnumerable<Finding> Find(TrainerModel model)
        {
            Interlocked.Increment(ref asked);
            return rule.Find(model);
        }
    }

    /// <summary>Settings of files, as an .editorconfig makes them.</summary>
    private sealed class Off(string id, params string[] files) : SyntaxTreeOptionsProvider
    {
        public ReportDiagnostic? Otherwise { get; init; }

        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.NotGenerated;

        public override bool TryGetDiagnosticValue(SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity)
        {
            var isOff = diagnosticId == id && files.Contains(tree.FilePath);
            severity = isOff ? ReportDiagnostic.Suppress : Otherwise ?? ReportDiagnostic.Default;
            return isOff || (diagnosticId == id && Otherwise is not null);
        }

        public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity)
        {
            severity = ReportDiagnostic.Default;
            return false;
        }
    }
}
