namespace GrpoAnalyzers.Cure.Tests;

/// <summary>
/// Trainers that update several times on one rollout: the bound of their loop set to 16, the learning rate left open. Where a clip tighter than usual
/// holds the policy back by itself, it is loosened: what is measured is the guard.
/// </summary>
internal static class UpdateCases
{
    /// <summary>Those that the fix is offered for.</summary>
    public static IReadOnlyList<CureCase> Offered => CureCase.Offered("GRPO003", All);

    /// <summary>Those that the runtime variant is offered for.</summary>
    public static IReadOnlyList<CureCase> WithRuntime => [.. All.Where(item => !NotByRuntime.Contains(item.Name))];

    /// <summary>Those that it is refused for; RuntimeFixTests prints why.</summary>
    private static IReadOnlyList<string> NotByRuntime { get; } =
    [
        "C3_05b_loss_in_lambda",
        "C3_05c_loss_module",
        "C3_24a_recursion",
    ];

    public static CureCase Get(string name) => All.Single(item => item.Name == name);

    /// <summary>
    /// Those that on this rollout come to rest by themselves before twice the limit: by the learning rate of NAdam, by gradients of a clipped norm.
    /// </summary>
    public static IReadOnlyList<string> AtRest { get; } = ["C3_09b_where_on_the_sign", "C3_16f_gradient_norm_check"];

    private static IReadOnlyList<CureCase> All { get; } =
    [
        new("C3_01a_full_batch_epochs", "new FullBatchTrainer(b.Policy, 16, rate).Update(b.Ids, b.Mask, b.Old, b.Rewards)"),
        new("C3_01c_all_three_defects", "new PublishedGrpo(b.Policy, b.Reference, b.GroupSize, rate) { Mu = 16 }.Update(b.Prompt, b.Ids, b.Mask, b.Rewards)", 2, ("Mu { get; }", "Mu { get; init; }")),
        new("C3_02_epochs_times_minibatches", "new ShuffledTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, 16, b.Count)", 2, ("1e-5", "CureRate.Value")),
        new("C3_03a_foreach_loader", "new LoaderTrainer(b.Policy).Train([new MiniBatch(b.Ids, b.Mask, b.Old, b.Advantages)], 16)", 2, ("2e-6", "CureRate.Value")),
        new("C3_03b_while_counter", "new WhileTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2, ("1e-6", "CureRate.Value"), ("K = 3", "K = 16")),
        new("C3_03c_do_while", "new DoTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old.exp(), b.Rewards, 16)", 1, ("1e-5", "CureRate.Value")),
        new("C3_04a_property_with_initialiser", "new PropTrainer(b.Policy) { Epochs = 16, ClipRange = 0.2f }.Update(b.Ids, b.Mask, b.Old, b.Rewards)", 1, ("1e-5", "CureRate.Value")),
        new("C3_04b_record_default", "new RecordTrainer(b.Policy, b.Reference, new Hyper(rate, 16)).Update(b.Ids, b.Mask, b.Advantages)", 2),
        new("C3_04c_method_default", "Ppo.Update(b.Policy, rate, b.Ids, b.Ids, b.Mask, b.Old, b.Advantages, 16)", 2),
        new("C3_05a_step_in_helper", "new HelperTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, 16)", 1, ("3e-6", "CureRate.Value")),
        new("C3_05b_loss_in_lambda", "new LambdaTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2, ("1e-6", "CureRate.Value"), ("Repeat(4,", "Repeat(16,")),
        new("C3_05c_loss_module", "new ModuleTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2, ("5e-6", "CureRate.Value"), ("epoch < 3", "epoch < 16")),
        new("C3_06_loss_helper_returns_scalar", "new ScalarTrainer(b.Policy).Train(b.Ids, b.Mask, b.Old.exp(), b.Rewards, 16)", 1, ("1e-4", "CureRate.Value")),
        new("C3_07a_quotient_of_exponentials", "new QuotientTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2, ("1e-6", "CureRate.Value"), ("i < 6", "i < 16")),
        new("C3_07b_relative_change", "new RelativeTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, 16)", 2, ("1e-5", "CureRate.Value")),
        new("C3_07c_expm1", "new Expm1Trainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards)", 1, ("1e-4", "CureRate.Value"), ("i < 4", "i < 16"), ("-0.1, 0.1", "-0.3, 0.3")),
        new("C3_07d_overflow_clamp", "new OverflowTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, 16)", 2, ("1e-6", "CureRate.Value")),
        new("C3_08a_where_as_clip", "new WhereClipTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2, ("1e-6", "CureRate.Value"), ("e < 8", "e < 16")),
        new("C3_08b_minimum_of_maximum", "new GranitsyTrainer(b.Policy).Shag(b.Ids, b.Mask, b.Old, b.Rewards, 16)", 1, ("1e-5", "CureRate.Value")),
        new("C3_09a_fmin", "new FminTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, b.Old)", 2, ("1e-6", "CureRate.Value"), ("new[] { 1, 2, 3 }", "new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 }")),
        new("C3_09b_where_on_the_sign", "new SignTrainer(b.Policy, 16).Update(b.Ids, b.Mask, b.Old, b.Rewards)", 1, ("1e-6", "CureRate.Value"), ("/ 0.7", "/ 1.0")),
        new("C3_09c_maximise", "new MaximiseTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, 16)", 2, ("1e-6", "CureRate.Value")),
        new("C3_10a_one_sided", "new OneSidedTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2, ("1e-5", "CureRate.Value"), ("i < 2", "i < 16")),
        new("C3_13a_kl_logged", "new LoggingTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, b.Old, 16)", 2, ("2e-6", "CureRate.Value"), ("0.05 *", "0 *")),
        new("C3_14_clip_fraction_logged", "new FractionTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, 16)", 2, ("3e-6", "CureRate.Value")),
        new("C3_15a_kl_penalty_of_zero", "new ZeroPenaltyTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, 16)", 2, ("1e-4", "CureRate.Value")),
        new("C3_16a_infinite_threshold", "new InfiniteTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, 16)", 2, ("1e-6", "CureRate.Value")),
        new("C3_16b_zero_disables", "new ZeroOffTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2, ("1e-6", "CureRate.Value"), ("i < 4", "i < 16")),
        new("C3_16d_guard_after_the_loop", "new AfterTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2, ("1e-6", "CureRate.Value"), ("i < 3", "i < 16")),
        new("C3_16e_nan_test_of_kl", "new NanKlTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, 16)", 2, ("1e-6", "CureRate.Value")),
        new("C3_16f_gradient_norm_check", "new GradNormTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, 16)", 2, ("1e-5", "CureRate.Value"), ("div(1.2)", "div(1.0)")),
        new("C3_16g_logs_instead_of_breaking", "new LogsTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2, ("1e-6", "CureRate.Value"), ("epoch < 10", "epoch < 16")),
        new("C3_22_accumulation_inside_epochs", "new AccumEpochTrainer(b.Policy, 1).Update([(b.Ids, b.Mask, b.Old, b.Advantages)], 16)", 2, ("1e-6", "CureRate.Value")),
        new("C3_24a_recursion", "new RecursiveTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, 16)", 2, ("1e-6", "CureRate.Value")),
        new("C3_25_skip_on_nan", "new SkipNanTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, 16)", 2, ("0.01 *", "0 *"), ("1e-5", "CureRate.Value")),
        new("C3_26a_cancellation", "new CancelTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, b.Old, 16, CancellationToken.None)", 2, ("1e-6", "CureRate.Value")),
        new("C1_03c_true_divide", "new RlTuner(b.Policy).Fit(b.Ids, b.Mask, b.Old, b.Rewards)", 1, ("1e-5", "CureRate.Value"), ("epoch < 4", "epoch < 16")),
        new("C2_16a_rewards_scaled_then_centred", "new ScaleFirstTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize, 16)", 2, ("1e-6", "CureRate.Value")),
    ];
}
