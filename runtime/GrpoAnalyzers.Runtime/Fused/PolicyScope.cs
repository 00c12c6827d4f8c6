namespace GrpoAnalyzers.Runtime;

/// <summary>How much of the policy's log-probabilities a part of an objective reads to say what one token adds.</summary>
internal enum PolicyScope
{
    /// <summary>None: it is known before the policy is evaluated.</summary>
    None,

    /// <summary>That token's: the gradient of its loss is known as soon as its own log-probability is.</summary>
    Token,

    /// <summary>Those of other tokens too, or the entropies. What is not known here counts as such.</summary>
    Batch,
}

/// <summary>What the parts of an objective read.</summary>
internal static class PolicyScopes
{
    internal static PolicyScope Of(GroupObjective objective) =>
        Widest(Of(objective.Surrogate), Of(objective.Weighting.Tokens), Of(objective.OffPolicy), Of(objective.Regulariser));

    internal static PolicyScope Of(TokenWeight weight) => weight switch
    {
        UniformWeight or ConflictWeight or AdvantageThreshold => PolicyScope.None,
        PpoDropMask => PolicyScope.Token,
        ProductWeight product => Widest(Of(product.First), Of(product.Second)),
        _ => PolicyScope.Batch,
    };

    internal static bool ReadsEntropy(GroupObjective objective) => ReadsEntropy(objective.Weighting.Tokens) || ReadsEntropy(objective.Regulariser);

    internal static bool NeedsGradientOfEntropy(Regulariser regulariser) => regulariser switch
    {
        EntropyBonus => true,
        SumRegulariser sum => NeedsGradientOfEntropy(sum.First) || NeedsGradientOfEntropy(sum.Second),
        _ => false,
    };

    /// <summary>Whether a token without advantage (or weight) adds nothing to loss and gradient.</summary>
    internal static bool IdleWithoutAdvantage(GroupObjective objective) => objective.Regulariser is NoRegulariser && VanishesWithAdvantage(objective.Surrogate);

    private static bool VanishesWithAdvantage(Surrogate surrogate) => surrogate switch
    {
        ClippedSurrogate or UnclippedSurrogate or SapoSurrogate or GmpoSurrogate or VespoSurrogate or DppoSurrogate => true,
        LuffySurrogate luffy => VanishesWithAdvantage(luffy.OnPolicy),
        _ => false,
    };

    private static PolicyScope Of(Ratio ratio) => ratio is TokenRatio or OneRatio or LogRatio or StopGradientLogRatio ? PolicyScope.Token : PolicyScope.Batch;

    private static PolicyScope Of(Surrogate surrogate) => surrogate switch
    {
        ClippedSurrogate clipped => Of(clipped.Ratio),
        UnclippedSurrogate unclipped => Of(unclipped.Ratio),
        LuffySurrogate luffy => Of(luffy.OnPolicy),
        SapoSurrogate or DppoSurrogate or DroSurrogate => PolicyScope.Token,
        _ => PolicyScope.Batch,
    };

    private static PolicyScope Of(Regulariser regulariser) => regulariser switch
    {
        NoRegulariser => PolicyScope.None,
        KlPenalty { Estimator: ImportanceWeightedK3Estimator weighted } => Of(weighted.Ratio),
        KlPenalty { Estimator: K1Estimator or K2Estimator or K3Estimator or AbsoluteEstimator or K3ValueK2GradientEstimator } => PolicyScope.Token,
        SumRegulariser sum => Widest(Of(sum.First), Of(sum.Second)),
        _ => PolicyScope.Batch,
    };

    private static PolicyScope Of(OffPolicyCorrection correction) => correction switch
    {
        NoCorrection or TokenTruncation or TokenMask or SequenceTruncation or SequenceMask or GeometricMask => PolicyScope.None,
        ProductCorrection product => Widest(Of(product.First), Of(product.Second)),
        _ => PolicyScope.Batch,
    };

    private static bool ReadsEntropy(TokenWeight weight) => weight switch
    {
        EntropyGate or TopEntropyWeight => true,
        ProductWeight product => ReadsEntropy(product.First) || ReadsEntropy(product.Second),
        _ => false,
    };

    private static bool ReadsEntropy(Regulariser regulariser) => regulariser switch
    {
        MeanEntropyTerm => true,
        SumRegulariser sum => ReadsEntropy(sum.First) || ReadsEntropy(sum.Second),
        _ => false,
    };

    private static PolicyScope Widest(params ReadOnlySpan<PolicyScope> scopes)
    {
        var widest = PolicyScope.None;
        foreach (var scope in scopes)
        {
            widest = scope > widest ? scope : widest;
        }

        return widest;
    }
}
