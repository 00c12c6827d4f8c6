namespace GrpoAnalyzers.Cure.Tests;

/// <summary>Trainers that average over each completion by itself.</summary>
internal static class LengthCases
{
    /// <summary>Those that the fix is offered for.</summary>
    public static IReadOnlyList<CureCase> Offered => CureCase.Offered("GRPO001", All);

    /// <summary>
    /// Those that the runtime variant is offered for; some once the other defects are cured, since it leaves no finding that it would hide.
    /// </summary>
    public static IReadOnlyList<CureCase> WithRuntime => [.. Runtime.Select(Get)];

    private static IReadOnlyList<string> Runtime { get; } =
    [
        "C1_02a_clamped_length",
        "C1_02b_length_plus_epsilon",
        "C1_03b_static_div",
        "C1_03c_true_divide",
        "C1_04_split_locals",
        "C1_05a_weights_first",
        "C1_07a_divided_by_rows",
        "C1_20a_kl_inside_the_row_mean",
        "C1_21b_mode_enum_default",
        "C3_01c_all_three_defects",
    ];

    public static CureCase Get(string name) => All.Single(item => item.Name == name);

    public static IReadOnlyList<CureCase> All { get; } =
    [
        new("C1_01_masked_sum_over_length", "new GrpoTrainer(b.Policy, b.Reference).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C1_02a_clamped_length", "new ChatPolicyUpdater(b.Policy).Train(b.Ids, b.Mask, b.Old, b.Advantages)", 2),
        new("C1_02b_length_plus_epsilon", "new Entraineur(b.Policy, 0f).Pas(b.Ids, b.Mask, b.Rewards)"),
        new("C1_02c_maximum_of_length_and_one", "new PgStep(b.Policy, 1e-3).Step(b.Ids, b.Ids, b.Mask, b.Old, b.Advantages)", 2),
        new("C1_03a_method_form", "new Learner(b.Policy).Learn(b.Ids, b.Ids, b.Mask, b.Old, b.Rewards)"),
        new("C1_03b_static_div", "new ClipHigherTrainer(b.Policy, new ClipOptions()).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2),
        new("C1_03c_true_divide", "new RlTuner(b.Policy).Fit(b.Ids, b.Mask, b.Old, b.Rewards)"),
        new("C1_03d_divide", "Updates.Apply(b.Policy, optim.Adam(b.Policy.parameters()), b.Ids, b.Mask, b.Old, b.Advantages)", 2),
        new("C1_04_split_locals", "new LanguagePpo(b.Policy).Optimize(b.Ids, b.Mask, b.Old, b.Rewards)"),
        new("C1_05a_weights_first", "new WeightedUpdate(b.Policy, 0.1).Run(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C1_05b_weights_then_batch_size", "new FlatUpdate(b.Policy, optim.Adam(b.Policy.parameters())).Step(b.Ids, b.Mask, b.Advantages)", 2),
        new("C1_06a_reciprocal", "new InverseLengthTrainer(b.Policy, b.Reference).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2),
        new("C1_06b_power_of_minus_one", "new DualClipLearner(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards)"),
        new("C1_07a_divided_by_rows", "new RowsTrainer(b.Policy, 1e-3).Update(b.Prompt, b.Ids, b.Mask, b.OldAfterPrompt, b.Rewards, b.GroupSize)", 2),
        new("C1_07b_divided_by_size_method", "new AscentTrainer(b.Policy).Climb(b.Ids, b.Mask, b.Old, b.Advantages)", 2),
        new("C1_07c_divided_by_batch_parameter", "new AccumulatingTrainer(b.Policy, b.Count).Update([(b.Ids, b.Mask, b.Old, b.Advantages)])", 2),
        new("C1_08_masked_mean_helper", "new GrpoLossModule(0.2, 0).TrainStep(b.Policy, optim.Adam(b.Policy.parameters()), b.Ids, b.Mask, b.Old, b.Old, b.Rewards)"),
        new("C1_09_optional_dim_helper", "new OptionalDimTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2, ("0.001 * entropyLoss", "0 * entropyLoss")),
        new("C1_10_unpadded_rows", "new RaggedTrainer(b.Policy, 1e-3).Update([.. Enumerable.Range(0, b.Count).Select(i => new Sample(b.Tokens[i], b.OldFloats[i], b.Scores[i]))])"),
        new("C1_11a_accumulated_scalar", "new RunningLoss(b.Policy).Learn(b.Rows, b.Scores)"),
        new("C1_11b_sum_over_numel", "new Trainer(b.Policy).Fit([.. b.Rows], [.. b.OldRows], b.CentredDoubles)", 2),
        new("C1_12b_micro_batch_of_one", "new MicroTrainer(b.Policy).Update(b.Rows, b.OldRows, b.Rewards)"),
        new("C1_13_lengths_as_floats", "new LengthsTrainer(b.Policy).Update([.. b.Tokens], b.Old, b.Scores)"),
        new("C1_14a_scaled_advantages", "new HiddenLengthTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards)"),
        new("C1_14b_scaled_advantages_in_floats", "new FloatPrepTrainer(b.Policy).Update([.. Enumerable.Range(0, b.Count).Select(i => new Traj { Tokens = b.Tokens[i], Reward = b.Scores[i] })])"),
        new("C1_15_length_mean_log_prob", "new MeanLogProbReinforce(b.Policy).Step(b.Ids, b.Mask, b.Rewards, b.GroupSize)", 2),
        new("C1_17b_row_mean_collection_expression", "new BracketLearner(b.Policy).Train([.. b.Rows.Select(row => row.unsqueeze(0))], [.. b.OldRows.Select(row => row.unsqueeze(0))], b.Advantages)", 2),
        new("C1_18a_cross_entropy_per_sequence", "new CeTrainer(b.Policy).Step(b.Rows, b.Rows, [.. b.Scores])"),
        new("C1_18b_negative_cross_entropy_as_log_prob", "new Player(b.Policy).Reinforce([.. b.Rows], [.. b.Rows.Select(_ => 1)], b.Scores)"),
        new("C1_19_cross_entropy_none_then_row_mean", "new CeNoneTrainer(b.Policy).Update(b.Ids, b.Advantages)", 2),
        new("C1_20a_kl_inside_the_row_mean", "new KlInsideTrainer(b.Policy) { Beta = 0 }.Update(b.Ids, b.Mask, b.Old, b.Old, b.Advantages)", 2),
        new("C1_21a_mode_switch_unknown", "new ModalTrainer(b.Policy, \"grpo\", 12).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2),
        new("C1_21b_mode_enum_default", "new EnumTrainer(b.Policy, new Settings()).Update(b.Ids, b.Mask, b.Old, b.Rewards)"),
        new("C1_22a_where_in_place_of_product", "new BoolMaskTrainer(b.Policy).Update(b.Ids, 0, b.Old, b.Rewards)"),
        new("C1_22b_masked_fill", "new FillTrainer(b.Policy, 1e-3).Update(b.Ids, b.Mask > 0, b.Old, b.Old, b.Advantages)", 2),
        new("C1_22c_nanmean", "new NanTrainer(b.Policy).Update(b.Ids, b.Mask, b.Rewards)"),
        new("C1_22d_masked_select_per_row", "new SelectTrainer(b.Policy).Update(b.Ids, b.Mask > 0, b.Old, b.Advantages)", 2),
        new("C1_23a_index_add", "new PackedTrainer(b.Policy).Update(b.Packed, b.Owners, b.OldPacked, b.Advantages)", 2),
        new("C1_23b_scatter_add_and_bincount", "new ScatterTrainer(b.Policy).Learn(b.Packed, b.Owners, b.Rewards)"),
        new("C1_25a_einsum", "new EinsumTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C1_25b_batched_matrix_product", "new BmmTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2),
        new("C1_26a_extension_method", "new ExtensionTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2, ("0.002 * (entropy", "0 * (entropy"), ("policy.call(tokens) / 0.8", "policy.call(tokens) / 1.0")),
        new("C1_26b_local_function", "new LocalFunctionTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.Rewards - b.Advantages)", 2),
        new("C1_26c_expression_bodied_member", "new StatefulTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2),
        new("C1_27a_sequence_mask", "new NestedMeanTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages, 2)", 2),
        new("C1_27b_masked_mean_of_masked_mean", "new TwiceTrainer(b.Policy).Update(b.Ids, b.Mask, torch.ones(b.Count), b.Rewards)"),
        new("C1_28_in_place", "new InPlaceTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Advantages)", 2),
        new("C2_05a_var_sqrt", "new VarianceTrainer(b.Policy).Update(b.Ids, b.Mask, b.Old, b.Rewards, b.GroupSize)", 2),
        new("C2_06a_std_mean_tuple", "new TupleTrainer(b.Policy, b.GroupSize).Update(b.Ids, b.Mask, b.Old, b.Rewards)", 2),
        new("C3_01c_all_three_defects", "new PublishedGrpo(b.Policy, b.Reference, b.GroupSize, 1e-3).Update(b.Prompt, b.Ids, b.Mask, b.Rewards)", 2),
    ];
}
