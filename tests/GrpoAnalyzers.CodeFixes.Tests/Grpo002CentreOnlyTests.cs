namespace GrpoAnalyzers.CodeFixes.Tests;

public sealed class Grpo002CentreOnlyTests
{
    [Theory]
    [InlineData("C2_01a_whole_tensor_of_one_group")]
    [InlineData("C2_02_group_view")]
    [InlineData("C2_03a_repeat_interleave")]
    [InlineData("C2_04e_static_std")]
    [InlineData("C2_05b_epsilon_inside_the_root")]
    [InlineData("C2_06a_std_mean_tuple")]
    [InlineData("C2_10a_loops_and_mathf")]
    [InlineData("C2_10b_linq")]
    [InlineData("C2_14a_split_locals")]
    [InlineData("C2_18b_loss_divided_by_std")]
    [InlineData("C2_25b_factory")]
    public Task Fixes(string shape) => FixAssert.FixesAsync(new Grpo002CentreOnlyCodeFix(), shape);

    [Fact]
    public Task KeepsTheParenthesesACallNeeds() => FixAssert.ChangesAsync(
        new Grpo002CentreOnlyCodeFix(),
        "C2_02_group_view",
        ("((r - r.mean(new[] { 1L }, keepdim: true)) / (r.std(1, keepdim: true) + 1e-4)).view(-1, 1)", "(r - r.mean(new[] { 1L }, keepdim: true)).view(-1, 1)"));

    [Fact]
    public Task DropsAnAssignmentThatWouldDoNothing() => FixAssert.ChangesAsync(
        new Grpo002CentreOnlyCodeFix(),
        "C2_03a_repeat_interleave",
        ("        var std = grouped.std(1).repeat_interleave(NumGenerations, dim: 0);\n", ""),
        ("        advantages = advantages / (std + 1e-4);\n", ""));

    [Fact]
    public Task DiscardsTheSpreadOfATuple() => FixAssert.ChangesAsync(
        new Grpo002CentreOnlyCodeFix(),
        "C2_06a_std_mean_tuple",
        ("var (s, mu)", "var (_, mu)"),
        ("((r - mu) / (s + 1e-4))", "(r - mu)"));

    [Fact]
    public Task RemovesWhatOnlyTheSpreadWasComputedFrom() => FixAssert.ChangesAsync(
        new Grpo002CentreOnlyCodeFix(),
        "C2_05b_epsilon_inside_the_root",
        ("        var v = r.var(unbiased: false);\n", ""),
        ("(r - r.mean()) / (v + 1e-8).pow(0.5)", "r - r.mean()"));

    [Fact]
    public Task ABranchThatOnlyScaledGoes() => FixAssert.ChangesAsync(
        new Grpo002CentreOnlyCodeFix(),
        "C2_15a_flag_with_true_default",
        ("        if (cfg.ScaleRewards)\n            A = A / (r.std(1, keepdim: true) + 1e-4);\n", ""));

    [Fact]
    public Task AVariableThatIsWrittenTwiceGoesWholly() => FixAssert.ChangesAsync(
        new Grpo002CentreOnlyCodeFix(),
        "C2_17a_compound_assignment",
        ("        var std = A.std(1, keepdim: true);\n        std += 1e-4;\n", ""),
        ("        A /= std;\n", ""));

    [Fact]
    public Task AWeightInTheLossGoes() => FixAssert.ChangesAsync(
        new Grpo002CentreOnlyCodeFix(),
        "C2_18a_inverse_weight_in_the_loss",
        ("        var w = (1 / (r.std(1) + 1e-4)).repeat_interleave(g).unsqueeze(1);\n", ""),
        ("w * term * mask", "term * mask"));

    [Fact]
    public Task ALoopThatOnlyAddedUpSquaresGoes() => FixAssert.ChangesAsync(
        new Grpo002CentreOnlyCodeFix(),
        "C2_12d_out_parameter_and_record",
        ("        float ss = 0;\n", ""),
        ("        foreach (var v in x) ss += (v - mu) * (v - mu);\n", ""),
        ("        float sigma = MathF.Sqrt(ss / x.Length + 1e-8f);\n", ""),
        ("(x[i] - mu) / sigma", "x[i] - mu"));

    [Fact]
    public Task ArmsThatAreTheSameAreOne() => FixAssert.ChangesAsync(
        new Grpo002CentreOnlyCodeFix(),
        "C2_15b_flag_unknown",
        ("normalise ? centred / (r.std(1, unbiased: false, keepdim: true) + 1e-6) : centred", "centred"));
}
