namespace GrpoAnalyzers.Cure.Tests;

/// <summary>Trainers that divide advantages by their group's standard deviation.</summary>
internal static class SpreadCases
{
    /// <summary>Those that the fix is offered for.</summary>
    public static IReadOnlyList<CureCase> Offered => CureCase.Offered("GRPO002", All);

    /// <summary>Those that the runtime variant is offered for.</summary>
    public static IReadOnlyList<CureCase> WithRuntime => [.. Runtime.Select(Get)];

    private static IReadOnlyList<string> Runtime { get; } =
    [
        "C1_15_length_mean_log_prob",
        "C2_01a_whole_tensor_of_one_group",
        "C2_02_group_view",
        "C2_03b_chunks",
        "C2_04a_biased",
        "C2_04c_std_dimension_list",
        "C2_05a_var_sqrt",
        "C2_05b_epsilon_inside_the_root",
        "C2_05c_rsqrt_product",
        "C2_06a_std_mean_tuple",
        "C2_07a_manual_root_mean_square",
        "C2_07c_mean_of_squares_minus_square_of_mean",
        "C2_08a_norm",
        "C2_09b_torch_maximum_floor",
        "C2_13b_whiten_extension",
        "C2_14a_split_locals",
        "C2_15b_flag_unknown",
        "C2_25b_factory",
        "C3_01c_all_three_defects",
    ];

    public static CureCase Get(string name) => All.Single(item => item.Name == name);

    private static IReadOnlyList<CureCase> All { get; } =
    [
        new("C2_01a_whole_tensor_of_one_group", "new OnePromptTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards)"),
        new("C2_02_group_view", "new GroupViewTrainer(b.Policy, b.Reference, b.GroupSize).Update(b.Ids, b.Mask, b.Rewards)", 2),
        new("C2_03a_repeat_interleave", "new InterleaveTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards)", 2, ("NumGenerations = 8", "NumGenerations = 4")),
        new("C2_03b_chunks", "new ChunkTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, 2)", 2),
        new("C2_03c_unflatten", "new UnflattenTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_04a_biased", "new BiasedTrainer(b.Policy).Step(b.Prompt[0], b.Ids, b.Mask, b.Rewards)"),
        new("C2_04c_std_dimension_list", "new DimListTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards)", 2, ("rewards.view(4, -1)", "rewards.view(2, -1)")),
        new("C2_04e_static_std", "StaticUpdate.Run(b.Policy, b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2, ("0.9)", "1.0)")),
        new("C2_05a_var_sqrt", "new VarianceTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_05b_epsilon_inside_the_root", "new RootTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Scores)"),
        new("C2_05c_rsqrt_product", "new RsqrtTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_06a_std_mean_tuple", "new TupleTrainer(b.Policy, b.GroupSize).Update(b.Ids, b.Mask, b.Old, b.Rewards)", 2),
        new("C2_06b_var_mean_static", "new VarMeanTrainer(b.Policy).Update(b.Ids, b.Mask, b.Rewards, b.GroupSize)", 2),
        new("C2_07a_manual_root_mean_square", "new ManualTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards)"),
        new("C2_07b_sum_of_squares_over_n_minus_one", "new BesselTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_07c_mean_of_squares_minus_square_of_mean", "new MomentTrainer(b.Policy).Update(b.Ids, b.Mask, b.Rewards, b.GroupSize)", 2),
        new("C2_08a_norm", "new NormTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_08b_functional_normalize", "new NormalizeTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_08c_layer_norm", "new LayerNormTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_09a_float_floor", "new FloorTrainer(b.Policy).UpdatePrompt([.. b.Tokens], [.. b.OldFloats], b.Rewards)"),
        new("C2_09b_torch_maximum_floor", "new MaxFloorTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_09c_clamp_min_floor", "new ClampFloorTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_10a_loops_and_mathf", "new LoopTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Scores, b.GroupSize)", 2),
        new("C2_10b_linq", "new LinqTrainer(b.Policy).TrainPrompt(b.Ids, b.Mask, b.ScoresAsDoubles)"),
        new("C2_10d_statistics_extension", "new StatsTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.ScoresAsDoubles)"),
        new("C2_10e_welford", "new WelfordTrainer(b.Policy, b.GroupSize).Update(b.Ids, b.Mask, b.Old, b.Scores)", 2),
        new("C2_11a_item_then_float_loop", "new ItemTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, [.. b.Scores])"),
        new("C2_12a_normalised_in_another_method", "new MethodTrainer(b.Policy).Update(b.Ids, b.Mask, b.Scores)"),
        new("C2_12d_out_parameter_and_record", "new OutTrainer(b.Policy).Update(b.Tokens, b.Scores)"),
        new("C2_13a_normalize_helper", "new HelperTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_13b_whiten_extension", "new WhitenTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards)"),
        new("C2_14a_split_locals", "new SplitTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards)", 1, ("entropy * 0.005", "entropy * 0")),
        new("C2_15a_flag_with_true_default", "new FlaggedTrainer(b.Policy, new GrpoConfig()).Update(b.Ids, b.Mask, b.Old, b.Rewards)", 2, ("NumGenerations { get; set; } = 8", "NumGenerations { get; set; } = 4")),
        new("C2_15b_flag_unknown", "new TernaryTrainer(b.Policy, true).Update(b.Ids, b.Mask, b.Rewards, b.GroupSize)", 2),
        new("C2_15d_where_std_is_positive", "new WhereStdTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_15e_guarded_float_division", "new GuardedTrainer(b.Policy).UpdateGroup(b.Ids, b.Mask, b.Old, b.Scores)"),
        new("C2_16a_rewards_scaled_then_centred", "new ScaleFirstTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize, 2)", 2, ("0.01 *", "0 *")),
        new("C2_17a_compound_assignment", "new CompoundTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards.clone(), b.GroupSize)", 2),
        new("C2_17b_in_place", "new InPlaceStatsTrainer(b.Policy).Update(b.Ids, b.Mask, b.Rewards)"),
        new("C2_18a_inverse_weight_in_the_loss", "new InverseWeightTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_18b_loss_divided_by_std", "new LossScaleTrainer(b.Policy).Update([(b.Ids, b.Mask, b.Old, b.Rewards)])"),
        new("C2_25b_factory", "new FactoryTrainer(b.Policy, OptimizerKind.Adam, 1e-3).Update(b.Ids, b.Mask, b.Old, b.Rewards)"),
        new("C1_07a_divided_by_rows", "new RowsTrainer(b.Policy, 1e-3).Update(b.Prompt, b.Ids, b.Mask, b.OldAfterPrompt, b.Rewards, b.GroupSize)", 2),
        new("C1_15_length_mean_log_prob", "new MeanLogProbReinforce(b.Policy).Step(b.Ids, b.Mask, b.Rewards, b.GroupSize)", 2),
        new("C1_25a_einsum", "new EinsumTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C3_01c_all_three_defects", "new PublishedGrpo(b.Policy, b.Reference, b.GroupSize, 1e-3).Update(b.Prompt, b.Ids, b.Mask, b.Rewards)", 2),
    ];
}
