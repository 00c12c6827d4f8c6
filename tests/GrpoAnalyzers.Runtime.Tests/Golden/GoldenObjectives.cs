namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Which objective each golden case is. Settings that differ from a preset's are spelled out.</summary>
internal static class GoldenObjectives
{
    private static readonly GroupObjective Grpo = GroupObjective.GrpoR1 with { Regulariser = Regulariser.None };
    private static readonly GroupObjective Dapo = GroupObjective.Dapo with { Surrogate = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0.2)) };

    /// <summary>The deviation that the fixture's advantages were divided by: CPPO compares r - mean with gamma.</summary>
    private static readonly double Deviation =
        GoldenFile.Grpo.At("reward_stats", "std_ddof1").GetDouble() + 1e-4;

    /// <summary>Reproduces a miscount of its authors' code; the corrected count is gtpo_repo_fixed_count.</summary>
    internal static readonly string[] NotCounted = ["gtpo_repo"];

    internal static readonly IReadOnlyDictionary<string, GroupObjective> ByCase = new Dictionary<string, GroupObjective>
    {
        ["grpo_r1_trl"] = Grpo with { Regulariser = new KlPenalty(0.04, KlEstimator.K3) },
        ["grpo_nokl_trl"] = Grpo,
        ["grpo_nokl_ddof0"] = Grpo,
        ["grpo_two_sided_delta2"] = Grpo with { Surrogate = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0.2) with { RatioMax = 2 }) },
        ["grpo_v32"] = GroupObjective.GrpoV32 with
        {
            OffPolicy = new OffPolicySequenceMask(0.1),
            Regulariser = new KlPenalty(0.04, KlEstimator.ImportanceWeightedK3),
        },
        ["gspo_paper_eps"] = GroupObjective.Gspo,
        ["gspo_eps01"] = GroupObjective.Gspo with { Surrogate = new ClippedSurrogate(Ratio.SequenceGeometricMean, Clip.Symmetric(0.1)) },
        ["gspo_eps02_unclipped"] = GroupObjective.Gspo with { Surrogate = new ClippedSurrogate(Ratio.SequenceGeometricMean, Clip.Symmetric(0.2)) },
        ["gspo_token_eps01"] = GroupObjective.GspoToken with { Surrogate = new ClippedSurrogate(Ratio.GspoToken, Clip.Symmetric(0.1)) },
        ["gtpo_paper"] = GroupObjective.Gtpo,
        ["gtpo_repo_fixed_count"] = GroupObjective.GtpoAuthorsCode,
        ["dapo_trl"] = GroupObjective.Dapo,
        ["dapo_verl"] = GroupObjective.Dapo,
        ["cppo_unified"] = GroupObjective.Cppo with
        {
            Weighting = new Weighting(Aggregation.SequenceMeanTokenMean) { Tokens = new AdvantageThreshold(0.2) { Scale = Deviation } },
        },
        ["cppo_pruned_1k"] = GroupObjective.CppoPruned with { Weighting = new Weighting(Aggregation.SequenceMeanTokenMean) { Pruning = new ThresholdPruning(0.2, Deviation) } },
        ["cppo_repo_tokmean"] = GroupObjective.CppoPruned with { Weighting = new Weighting(Aggregation.TokenMean) { Pruning = new ThresholdPruning(0.2, Deviation) } },
        ["dr_grpo_table1"] = GroupObjective.DrGrpo,
        ["dr_grpo_const8"] = GroupObjective.DrGrpoConstant(8),
        ["gpg"] = GroupObjective.Gpg,
        ["gpg_verl_alpha"] = GroupObjective.Gpg,
        ["cispo_trl_max5"] = GroupObjective.Cispo,
        ["cispo_upper_1p28"] = GroupObjective.Cispo with { Surrogate = new UnclippedSurrogate(new StopGradientLogRatio(1.28)) },
        ["cispo_verl"] = GroupObjective.Cispo with { Surrogate = new UnclippedSurrogate(new StopGradientLogRatio(1.2, 0.8)) },
        ["cispo_masked"] = GroupObjective.CispoMasked,
        ["gcpo_seqmean"] = GroupObjective.Gcpo,
        ["gcpo_table1_literal"] = GroupObjective.GcpoTimesLength,
        ["bnpo_trl"] = GroupObjective.Bnpo,
        ["ppo_dualclip_verl"] = GroupObjective.PpoDualClip,
        ["luspo"] = GroupObjective.Luspo,
        ["sapo"] = GroupObjective.Sapo,
        ["vespo"] = GroupObjective.Vespo,
        ["vespo_token_tis"] = GroupObjective.Vespo with { Surrogate = new VespoSurrogate { MismatchMax = 2 } },
        ["gmpo_04"] = GroupObjective.Gmpo,
        ["gmpo_02"] = GroupObjective.Gmpo with { Surrogate = new GmpoSurrogate(0.2, 0.2) },
        ["rloo_verl"] = GroupObjective.RlooToken,
        ["rloo_trl"] = GroupObjective.Rloo,
        ["rloo_reinforce"] = GroupObjective.RlooReinforce,
        ["reinforce_pp"] = GroupObjective.ReinforcePlusPlus,
        ["reinforce_pp_baseline"] = GroupObjective.ReinforcePlusPlusBaseline,
        ["opo"] = GroupObjective.Opo,
        ["grpo_passk"] = Dapo,
        ["gdpo_trl"] = Dapo,
        ["dppo_tv"] = GroupObjective.DppoTotalVariation with { Surrogate = new DppoSurrogate(BinaryDivergence.TotalVariation, 0.1, 0.1) },
        ["dppo_kl"] = GroupObjective.DppoKullbackLeibler,
        ["dro"] = GroupObjective.Dro(0.1),
        ["kl_cov"] = GroupObjective.KlCov with { Surrogate = new KlCovSurrogate(1, 0.1) },
        ["luffy_seq0_offpolicy"] = GroupObjective.Luffy,
        ["dapo_is_token_truncate_none_2.0"] = Dapo with { OffPolicy = new TokenTruncation(null, 2) },
        ["dapo_is_token_mask_0.5_2.0"] = Dapo with { OffPolicy = new TokenMask(0.5, 2) },
        ["dapo_is_sequence_truncate_none_2.0"] = Dapo with { OffPolicy = new SequenceTruncation(null, 2) },
        ["dapo_is_sequence_mask_none_3.0"] = Dapo with { OffPolicy = new SequenceMask(null, 3) },
        ["dapo_is_sequence_mask_0.5_2.0"] = Dapo with { OffPolicy = new SequenceMask(0.5, 2) },
        ["dapo_is_geo_mask_token_is_0.9_1.1"] = Dapo with { OffPolicy = new GeometricMask(0.9, 1.1) },
        ["kl_k1"] = Kl(KlEstimator.K1),
        ["kl_k2"] = Kl(KlEstimator.K2),
        ["kl_k3"] = Kl(KlEstimator.K3),
        ["kl_abs"] = Kl(KlEstimator.Absolute),
        ["kl_k3_is"] = Kl(KlEstimator.ImportanceWeightedK3),
        ["kl_k3_is_onpolicy"] = Kl(KlEstimator.OnPolicyK3),
        ["kl_k3_plus"] = Kl(KlEstimator.K3ValueK2Gradient),
    };

    /// <summary>Losses of their own, by case.</summary>
    internal static readonly IReadOnlyDictionary<string, Func<LossInputs, LossResult>> Others = new Dictionary<string, Func<LossInputs, LossResult>>
    {
        ["kimi_pmd"] = inputs => new KimiPmdLoss(0.1).Compute(inputs),
        ["lambda_grpo"] = inputs => new LambdaGrpoLoss().Compute(inputs),
    };

    private static GroupObjective Kl(KlEstimator estimator) => Dapo with { Regulariser = new KlPenalty(1, estimator) };
}
