namespace GrpoAnalyzers.Runtime;

/// <content>The ten rows of Table 1. Where the table and the publications differ, the name says which one a preset follows.</content>
public sealed partial record GroupObjective
{
    /// <summary>GRPO as of DeepSeek-R1: clip 0.2, the mean of sequence means, k3 with beta 0.001 (2501.12948; DeepSeekMath took 0.04).</summary>
    public static GroupObjective GrpoR1 { get; } = new()
    {
        Name = "GRPO R1",
        Advantages = AdvantageEstimator.GroupStandardised,
        Weighting = Aggregation.SequenceMeanTokenMean,
        Surrogate = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0.2)),
        Regulariser = new KlPenalty(0.001, KlEstimator.K3),
    };

    /// <summary>
    /// GRPO as of DeepSeek-V3.2: no deviation, stale punished completions dropped, an unbiased KL that they keep. The threshold is unpublished (0.5
    /// is the suggestion of TRL's documentation), beta too (0.001 as for R1).
    /// </summary>
    public static GroupObjective GrpoV32 { get; } = new()
    {
        Name = "GRPO v3.2",
        Advantages = AdvantageEstimator.Centred,
        Weighting = Aggregation.SequenceMeanTokenMean,
        Surrogate = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0.2)),
        OffPolicy = new OffPolicySequenceMask(0.5),
        Regulariser = new KlPenalty(0.001, KlEstimator.ImportanceWeightedK3),
    };

    /// <summary>GSPO (2507.18071): the ratio of the whole completion, clipped at 3e-4 and 4e-4.</summary>
    public static GroupObjective Gspo { get; } = new()
    {
        Name = "GSPO",
        Advantages = AdvantageEstimator.GroupStandardised,
        Weighting = Aggregation.SequenceMeanTokenMean,
        Surrogate = new ClippedSurrogate(Ratio.SequenceGeometricMean, new Clip(3e-4, 4e-4)),
    };

    /// <summary>
    /// GTPO (2508.03772) by its formula: conflicting tokens, an entropy gate at ln 2, gamma 0.1. Needs token ids, groups and entropies.
    /// </summary>
    public static GroupObjective Gtpo { get; } = new()
    {
        Name = "GTPO",
        Advantages = AdvantageEstimator.Centred,
        Weighting = new Weighting(Aggregation.SequenceMeanTokenMean) { Tokens = new EntropyGate().Times(new ConflictWeight()) },
        Surrogate = new UnclippedSurrogate(Ratio.Token),
        Regulariser = new MeanEntropyTerm(0.1, Ratio.Token),
    };

    /// <summary>
    /// GTPO as its authors' code has it, with the conflicts counted where they are: ratio 1 in value, gate at 0.7 only, each completion divided by its
    /// number of conflicting tokens.
    /// </summary>
    public static GroupObjective GtpoAuthorsCode { get; } = Gtpo with
    {
        Name = "GTPO (authors' code)",
        Weighting = new Weighting(Aggregation.SequenceMeanTokenMean)
        {
            Tokens = new EntropyGate { Threshold = 0.7 }.Times(new ConflictWeight { DivideByConflicts = true }),
        },
        Surrogate = new UnclippedSurrogate(Ratio.One),
        Regulariser = new MeanEntropyTerm(0.1, Ratio.One),
    };

    /// <summary>DAPO (2503.14476) with the token mean over the whole window, as TRL and verl have it: clip 0.2 below and 0.28 above, no KL.</summary>
    public static GroupObjective Dapo { get; } = new()
    {
        Name = "DAPO",
        Advantages = AdvantageEstimator.GroupStandardised,
        Weighting = Aggregation.TokenMean,
        Surrogate = new ClippedSurrogate(Ratio.Token, new Clip(0.2, 0.28)),
    };

    /// <summary>DAPO with one token mean a group, as its paper writes it.</summary>
    public static GroupObjective DapoPerGroup { get; } = Dapo with { Name = "DAPO (per group)", Weighting = Aggregation.TokenMeanPerGroup };

    /// <summary>
    /// CPPO (2503.22342) as in Table 1: completions with |A| at or below gamma lose their policy term and keep their KL. No published gamma: 0.2.
    /// The advantages that are passed in are compared; see <see cref="AdvantageThreshold.Scale"/>.
    /// </summary>
    public static GroupObjective Cppo { get; } = GrpoR1 with
    {
        Name = "CPPO",
        Weighting = new Weighting(Aggregation.SequenceMeanTokenMean) { Tokens = new AdvantageThreshold(0.2) },
        Regulariser = new KlPenalty(0.04, KlEstimator.K3),
    };

    /// <summary>CPPO as its paper runs it: the half of each group with the smaller |A| is dropped altogether, 1/k over what is left.</summary>
    public static GroupObjective CppoPruned { get; } = Cppo with
    {
        Name = "CPPO (pruned)",
        Weighting = new Weighting(Aggregation.SequenceMeanTokenMean) { Pruning = new AdvantagePruning(0.5) },
    };

    /// <summary>Dr.GRPO (2503.20783) as in Table 1: no deviation, no 1/|o|, the sum of tokens over the number of completions. Without the KL that the
    /// table lists and the paper argues against.</summary>
    public static GroupObjective DrGrpo { get; } = new()
    {
        Name = "Dr.GRPO",
        Advantages = AdvantageEstimator.Centred,
        Weighting = Aggregation.SequenceMeanTokenSum,
        Surrogate = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0.2)),
    };

    /// <summary>Dr.GRPO with the constant normaliser of its authors' code and of TRL.</summary>
    /// <param name="maxLength">The longest completion that may be sampled.</param>
    public static GroupObjective DrGrpoConstant(long maxLength) =>
        DrGrpo with { Name = "Dr.GRPO (constant)", Weighting = Aggregation.Constant(maxLength) };

    /// <summary>GPG (2504.02546): plain policy gradient, the token mean, alpha from the groups that teach something (in the advantage).</summary>
    public static GroupObjective Gpg { get; } = new()
    {
        Name = "GPG",
        Advantages = new GpgAdvantage(),
        Weighting = Aggregation.TokenMean,
        Surrogate = new UnclippedSurrogate(Ratio.Log),
    };

    /// <summary>CISPO (2506.13585): the ratio is a bounded weight of the policy gradient. RatioMax 5 is an absolute bound (ScaleRL, TRL), not 1 + epsilon.</summary>
    public static GroupObjective Cispo { get; } = new()
    {
        Name = "CISPO",
        Advantages = AdvantageEstimator.GroupStandardised,
        Weighting = Aggregation.TokenMean,
        Surrogate = new UnclippedSurrogate(new StopGradientLogRatio(Max: 5)),
    };

    /// <summary>CISPO with the M of Table 1: the weight is not bounded, and tokens that PPO would clip (0.2, 0.28) are dropped.</summary>
    public static GroupObjective CispoMasked { get; } = Cispo with
    {
        Name = "CISPO (masked)",
        Weighting = new Weighting(Aggregation.TokenMean) { Tokens = new PpoDropMask(new Clip(0.2, 0.28)) },
        Surrogate = new UnclippedSurrogate(new StopGradientLogRatio(Max: null)),
    };

    /// <summary>GCPO (2510.07790), each completion counted once: what its row most likely means. The clip (0.2, 0.28) is not verified.</summary>
    public static GroupObjective Gcpo { get; } = new()
    {
        Name = "GCPO",
        Advantages = new GroupStandardisedAdvantage { Epsilon = 0 },
        Weighting = Aggregation.SequenceMeanTokenMean,
        Surrogate = new ClippedSurrogate(Ratio.SequenceProduct, new Clip(0.2, 0.28)),
    };

    /// <summary>GCPO as Table 1 prints it inside a sum over tokens: each completion counted |o| times.</summary>
    public static GroupObjective GcpoTimesLength { get; } = Gcpo with { Name = "GCPO (times length)", Weighting = Aggregation.SequenceMeanTokenSum };
}
