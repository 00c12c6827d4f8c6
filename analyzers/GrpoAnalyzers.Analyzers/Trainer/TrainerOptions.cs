using Microsoft.CodeAnalysis.Diagnostics;

namespace GrpoAnalyzers.Trainer;

/// <summary>What a user can tell the analyzer in <c>.editorconfig</c>. An unknown value is the default, never an error.</summary>
internal sealed class TrainerOptions
{
    public static readonly TrainerOptions Default = new([], [], assumeAdam: false, reportSinglePass: false);

    private TrainerOptions(IEnumerable<string> adamLike, IEnumerable<string> guards, bool assumeAdam, bool reportSinglePass)
    {
        AdamLikeOptimizers = new HashSet<string>(adamLike, StringComparer.Ordinal);
        GuardMethods = new HashSet<string>(guards, StringComparer.Ordinal);
        AssumeAdam = assumeAdam;
        ReportSinglePassMinibatches = reportSinglePass;
    }

    /// <summary><c>grpo_adam_like_optimizers</c>: names of optimiser types that undo the gradient's scale as Adam does.</summary>
    public HashSet<string> AdamLikeOptimizers { get; }

    /// <summary><c>grpo_guard_methods</c>: names of methods whose result keeps the policy in its trust region.</summary>
    public HashSet<string> GuardMethods { get; }

    /// <summary><c>grpo_assume_adam</c>: an optimiser whose construction is not in the compilation is of the Adam family.</summary>
    public bool AssumeAdam { get; }

    /// <summary><c>grpo_report_single_pass_minibatches</c>: one pass over mini-batches of a rollout counts as several updates.</summary>
    public bool ReportSinglePassMinibatches { get; }

    /// <summary><c>grpo_report_partial_fingerprints</c>: losses that are not read wholly get their row too, with what is missing.</summary>
    public bool ReportPartialFingerprints { get; private init; }

    public static TrainerOptions From(AnalyzerConfigOptions options) => new(
        List(options, "grpo_adam_like_optimizers"),
        List(options, "grpo_guard_methods"),
        Flag(options, "grpo_assume_adam"),
        Flag(options, "grpo_report_single_pass_minibatches"))
    {
        ReportPartialFingerprints = Flag(options, "grpo_report_partial_fingerprints"),
    };

    private static bool Flag(AnalyzerConfigOptions options, string key) =>
        options.TryGetValue(key, out var value) && string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> List(AnalyzerConfigOptions options, string key) =>
        options.TryGetValue(key, out var value) ? value.Split(',', ';').Select(name => name.Trim()).Where(name => name.Length > 0) : [];
}
