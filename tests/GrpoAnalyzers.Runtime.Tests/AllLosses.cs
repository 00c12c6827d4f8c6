namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Every loss on token batches by name: presets and losses of their own, a Clip-Cov that is told its tokens.</summary>
internal static class AllLosses
{
    internal delegate (LossResult Result, Tensor Denominator) Loss(Fixture fixture, Sample sample, LossInputs inputs, Window? window);

    /// <summary>Defined on the micro-batch.</summary>
    internal static readonly string[] OfMicroBatch = ["BNPO", "Clip-Cov", "KL-Cov"];

    internal static IReadOnlyDictionary<string, Loss> ByName { get; } = Make();

    internal static TheoryData<string> Names => [.. ByName.Keys];

    internal static TheoryData<string> Additive => [.. ByName.Keys.Except(OfMicroBatch)];

    private static Dictionary<string, Loss> Make()
    {
        var losses = new Dictionary<string, Loss>();
        GroupObjective[] all =
        [
            .. GroupObjective.Presets, GroupObjective.DrGrpoConstant(7), GroupObjective.Dro(0.1),
            GroupObjective.Dapo with { Name = "DAPO + TIS", OffPolicy = new TokenTruncation(null, 1.05) },
            GroupObjective.GrpoR1 with { Name = "GRPO + MIS x OPSM", OffPolicy = new SequenceMask(0.8, 1.2).Times(new OffPolicySequenceMask(0.05)) },
            .. new[] { KlEstimator.K1, KlEstimator.K2, KlEstimator.Absolute, KlEstimator.OnPolicyK3, KlEstimator.K3ValueK2Gradient }
                .Select(k => GroupObjective.DrGrpo with { Name = "Dr.GRPO + " + k.GetType().Name, Regulariser = new KlPenalty(0.1, k) }),
        ];
        foreach (var objective in all)
        {
            losses[objective.Name] = (fixture, sample, inputs, window) =>
            {
                var told = objective.Surrogate switch
                {
                    ClipCovSurrogate cov => objective with
                    {
                        Surrogate = cov with { Order = fixture.Tokens(sample.Order), Share = 0.2, CovarianceMin = 0.01 },
                    },
                    KlCovSurrogate => objective with { Surrogate = new KlCovSurrogate(1, 0.2) },
                    _ => objective,
                };
                return (told.Compute(inputs, window), told.Denominator(inputs));
            };
        }

        (LossResult, Tensor) Own(LossResult result) => (result, result.Denominator);
        losses["Kimi PMD"] = (_, _, inputs, window) => Own(new KimiPmdLoss(0.1).Compute(inputs, window));
        losses["lambda-GRPO"] = (_, _, inputs, window) => Own(new LambdaGrpoLoss().Compute(inputs, window));
        losses["MaskGRPO"] = (_, _, inputs, window) => Own(new MaskGrpoLoss().Compute(inputs, window));
        losses["MaskGRPO (sequence)"] = (fixture, sample, inputs, window) => Own(new MaskGrpoLoss
        {
            Level = MaskGrpoLevel.Sequence,
            MaskedShare = fixture.Rows([.. sample.New.Select(r => 0.5 + 0.05 * r.Length)]),
            CompletionLengths = fixture.Rows([.. sample.New.Select(r => r.Length + 1.0)]),
        }.Compute(inputs, window));
        foreach (var score in Enum.GetValues<DiscoScore>())
        {
            losses["DisCO " + score] = (_, _, inputs, window) => Own(
                new DiscoLoss { Score = score, Kl = score == DiscoScore.LogLikelihood ? DiscoKl.K1 : DiscoKl.K3, Beta = 10, WindowDivergence = DiscoWindow }
                    .Compute(inputs, window));
        }

        return losses;
    }

    /// <summary>What DisCO's losses are told of their window.</summary>
    [ThreadStatic]
    internal static Tensor? DiscoWindow;
}
