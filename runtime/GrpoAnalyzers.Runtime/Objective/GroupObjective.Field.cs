namespace GrpoAnalyzers.Runtime;

/// <content>Methods beyond Table 1. Made when asked for: several build on presets of the other file, whose initialisation order is not defined.</content>
public sealed partial record GroupObjective
{
    /// <summary>GSPO-token (2507.18071): GSPO's value, with a gradient for every token's own advantage.</summary>
    public static GroupObjective GspoToken =>
        Gspo with { Name = "GSPO-token", Surrogate = new ClippedSurrogate(Ratio.GspoToken, new Clip(3e-4, 4e-4)) };

    /// <summary>PPO's clip with the dual clip 3 of verl, the token mean.</summary>
    public static GroupObjective PpoDualClip => new()
    {
        Name = "PPO (dual clip)",
        Advantages = new GroupStandardisedAdvantage { Epsilon = 1e-6 },
        Weighting = Aggregation.TokenMean,
        Surrogate = new ClippedSurrogate(Ratio.Token, new Clip(0.2, 0.2) { DualClip = 3 }),
    };

    /// <summary>GRPO with a two-sided clip: the ratio itself is bounded by 4 (INTELLECT-2, 2505.07291).</summary>
    public static GroupObjective GrpoTwoSided => GrpoR1 with
    {
        Name = "GRPO (two-sided)",
        Surrogate = new ClippedSurrogate(Ratio.Token, new Clip(0.2, 0.2) { RatioMax = 4 }),
        Regulariser = Regulariser.None,
    };

    /// <summary>RLOO (2402.14740) as TRL has it: the completion's ratio, clip 0.2; its KL belongs into the reward (<see cref="KlInReward"/>).</summary>
    public static GroupObjective Rloo => new()
    {
        Name = "RLOO",
        Advantages = AdvantageEstimator.LeaveOneOut,
        Weighting = Aggregation.SequenceMeanTokenMean,
        Surrogate = new ClippedSurrogate(Ratio.SequenceProduct, Clip.Symmetric(0.2)),
    };

    /// <summary>RLOO with token ratios and the token mean, as verl has it.</summary>
    public static GroupObjective RlooToken => Rloo with
    {
        Name = "RLOO (token)",
        Weighting = Aggregation.TokenMean,
        Surrogate = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0.2)),
    };

    /// <summary>RLOO as published: REINFORCE on the log-probability of the whole completion.</summary>
    public static GroupObjective RlooReinforce => Rloo with
    {
        Name = "RLOO (REINFORCE)",
        Weighting = Aggregation.SequenceMeanTokenSum,
        Surrogate = new UnclippedSurrogate(Ratio.Log),
    };

    /// <summary>REINFORCE++ (2501.03262): rewards whitened over the batch's tokens, PPO's clip.</summary>
    public static GroupObjective ReinforcePlusPlus => new()
    {
        Name = "REINFORCE++",
        Advantages = new TokenWhitenedAdvantage(),
        Weighting = Aggregation.TokenMean,
        Surrogate = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0.2)),
    };

    /// <summary>REINFORCE++-baseline: the mean of the group is taken away first.</summary>
    public static GroupObjective ReinforcePlusPlusBaseline => ReinforcePlusPlus with
    {
        Name = "REINFORCE++-baseline",
        Advantages = new TokenWhitenedAdvantage { GroupBaseline = true },
    };

    /// <summary>OPO (2505.23585): the length-weighted baseline; meant to be exactly on-policy, without KL.</summary>
    public static GroupObjective Opo => ReinforcePlusPlus with { Name = "OPO", Advantages = AdvantageEstimator.LengthWeighted };

    /// <summary>BNPO as TRL names it: the token mean of the micro-batch, so that the result depends on how a batch was cut.</summary>
    public static GroupObjective Bnpo => new()
    {
        Name = "BNPO",
        Advantages = AdvantageEstimator.GroupStandardised,
        Weighting = Aggregation.MicroBatchTokenMean,
        Surrogate = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0.2)),
    };

    /// <summary>LUSPO: GSPO's ratio with each completion counted by its length, clip 2e-3 and 2.5e-3.</summary>
    public static GroupObjective Luspo => Gspo with
    {
        Name = "LUSPO",
        Weighting = Aggregation.SequenceMeanTokenSum,
        Surrogate = new ClippedSurrogate(Ratio.SequenceGeometricMean, new Clip(2e-3, 2.5e-3)),
    };

    /// <summary>SAPO (2511.20347): a soft gate with temperatures 1.0 and 1.05.</summary>
    public static GroupObjective Sapo => new()
    {
        Name = "SAPO",
        Advantages = AdvantageEstimator.GroupStandardised,
        Weighting = Aggregation.SequenceMeanTokenMean,
        Surrogate = new SapoSurrogate(),
    };

    /// <summary>GMPO (2507.20673): the geometric mean of ratios clipped at +-0.4 in log space.</summary>
    public static GroupObjective Gmpo => Sapo with { Name = "GMPO", Surrogate = new GmpoSurrogate() };

    /// <summary>VESPO as TRL has it, k and lambda 2 and 3 for A >= 0, 3 and 2 below.</summary>
    public static GroupObjective Vespo => Sapo with { Name = "VESPO", Weighting = Aggregation.TokenMean, Surrogate = new VespoSurrogate() };

    /// <summary>Clip-Cov (2505.22617) with the defaults of verl. Defined on the micro-batch.</summary>
    public static GroupObjective ClipCov => Dapo with { Name = "Clip-Cov", Surrogate = new ClipCovSurrogate(Clip.Symmetric(0.2)) };

    /// <summary>KL-Cov (2505.22617), coefficient 1 on 2e-4 of the tokens. Defined on the micro-batch.</summary>
    public static GroupObjective KlCov => Dapo with { Name = "KL-Cov", Surrogate = new KlCovSurrogate() };

    /// <summary>DPPO by total variation, thresholds 0.2.</summary>
    public static GroupObjective DppoTotalVariation => Dapo with { Name = "DPPO-TV", Surrogate = new DppoSurrogate() };

    /// <summary>DPPO by the binary KL divergence. No published threshold: 0.05.</summary>
    public static GroupObjective DppoKullbackLeibler => Dapo with
    {
        Name = "DPPO-KL",
        Surrogate = new DppoSurrogate(BinaryDivergence.KullbackLeibler, 0.05, 0.05),
    };

    /// <summary>DRO with its pull.</summary>
    /// <param name="coefficient">b; no published default.</param>
    public static GroupObjective Dro(double coefficient) => Dapo with { Name = "DRO", Surrogate = new DroSurrogate(coefficient) };

    /// <summary>LUFFY (2504.14945): demonstrations shaped by pi / (pi + 0.1), the rest as GRPO. The token mean is not verified.</summary>
    public static GroupObjective Luffy => Dapo with
    {
        Name = "LUFFY",
        Surrogate = new LuffySurrogate(new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0.2))),
    };

    /// <summary>Every preset that needs no argument of the user's, in the order of the documentation.</summary>
    public static IReadOnlyList<GroupObjective> Presets =>
    [
        GrpoR1, GrpoV32, Gspo, Gtpo, GtpoAuthorsCode, Dapo, DapoPerGroup, Cppo, CppoPruned, DrGrpo, Gpg, Cispo, CispoMasked, Gcpo, GcpoTimesLength,
        GspoToken, PpoDualClip, GrpoTwoSided, Rloo, RlooToken, RlooReinforce, ReinforcePlusPlus, ReinforcePlusPlusBaseline, Opo, Bnpo, Luspo, Sapo,
        Gmpo, Vespo, ClipCov, KlCov, DppoTotalVariation, DppoKullbackLeibler, Luffy,
    ];
}
