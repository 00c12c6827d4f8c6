namespace GrpoAnalyzers.CodeFixes;

/// <summary>
/// The names by which fixes are chosen. They are stable: the command, editor settings and scripts rely on them. Fix-all under a rule's first
/// key applies to every finding the fix that is offered first for it; under another key it applies that fix alone.
/// </summary>
public static class FixKeys
{
    /// <summary>GRPO001: the batch's token count as denominator; the constant where a step sees only a part of the batch at a time.</summary>
    public const string TokenMean = "GRPO001.TokenMean";

    /// <summary>GRPO001: the largest number of tokens a completion may have as denominator.</summary>
    public const string Constant = "GRPO001.Constant";

    /// <summary>GRPO002: advantages are centred and not divided.</summary>
    public const string CentreOnly = "GRPO002.CentreOnly";

    /// <summary>GRPO001: the loss is computed by GrpoAnalyzers.Runtime. Offered where the project references it.</summary>
    public const string RuntimeObjective = "GRPO001.Runtime";

    /// <summary>GRPO002: the advantages are estimated by GrpoAnalyzers.Runtime. Offered where the project references it.</summary>
    public const string RuntimeAdvantages = "GRPO002.Runtime";

    /// <summary>GRPO003: the update loop is left when the KL divergence exceeds a limit.</summary>
    public const string KlCheck = "GRPO003.KlCheck";

    /// <summary>GRPO003: a <c>RatioGuard</c> of GrpoAnalyzers.Runtime ends the update loop. Offered where the project references it.</summary>
    public const string RuntimeGuard = "GRPO003.Runtime";

    /// <summary>
    /// The option, in an .editorconfig or a global analyzer config, that puts another fix of a rule first: <c>grpo_fix_grpo001 = constant</c>.
    /// </summary>
    /// <param name="ruleId">A rule's id.</param>
    public static string OptionOf(string ruleId) => "grpo_fix_" + (ruleId ?? throw new ArgumentNullException(nameof(ruleId))).ToLowerInvariant();

    /// <summary>The key of the fix that a rule's option, or the command's <c>--fix RULE=CHOICE</c>, asks for; null when there is no such choice.</summary>
    /// <param name="ruleId">A rule's id.</param>
    /// <param name="choice">What the user wrote.</param>
    public static string? Of(string ruleId, string? choice) => (ruleId, choice?.Trim().ToLowerInvariant()) switch
    {
        ("GRPO001", "token_mean" or "token-mean") => TokenMean,
        ("GRPO001", "constant") => Constant,
        ("GRPO001", "runtime") => RuntimeObjective,
        ("GRPO002", "centre" or "center") => CentreOnly,
        ("GRPO002", "runtime") => RuntimeAdvantages,
        ("GRPO003", "kl_check" or "kl-check") => KlCheck,
        ("GRPO003", "runtime") => RuntimeGuard,
        _ => null,
    };
}
