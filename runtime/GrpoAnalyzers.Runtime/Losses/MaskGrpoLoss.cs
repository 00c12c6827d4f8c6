namespace GrpoAnalyzers.Runtime;

/// <summary>What a ratio of a masked diffusion model is of.</summary>
public enum MaskGrpoLevel
{
    /// <summary>One ratio a masked token, averaged over masked tokens: the released code.</summary>
    Token,

    /// <summary>One ratio a completion, of (1/t) x the sum over its masked tokens: the text of the paper.</summary>
    Sequence,
}

/// <summary>
/// MaskGRPO (2510.02880) for masked diffusion models: the mask of the inputs says which positions were masked when the log-probabilities were taken,
/// and old, new and reference ones must be taken under the same masking. PPO's clip plus Beta x k3; the paper prints the KL inside the advantage's
/// factor, which would turn its sign with it, the released code does not, nor does this. A completion without a masked position adds nothing.
/// </summary>
public sealed record MaskGrpoLoss
{
    /// <summary>Tokens or completions.</summary>
    public MaskGrpoLevel Level { get; init; } = MaskGrpoLevel.Token;

    /// <summary>The region of the token form; the code takes 0.2, its training configuration 0.5.</summary>
    public Clip Clip { get; init; } = Clip.Symmetric(0.2);

    /// <summary>Weight of the KL; 0 needs no reference.</summary>
    public double Beta { get; init; } = 0.04;

    /// <summary>t, the masked share that each completion was drawn with, <c>[B]</c>; for <see cref="MaskGrpoLevel.Sequence"/>.</summary>
    public Tensor? MaskedShare { get; init; }

    /// <summary>|o_i|, <c>[B]</c>: all positions of each completion, masked or not; for <see cref="MaskGrpoLevel.Sequence"/>.</summary>
    public Tensor? CompletionLengths { get; init; }

    /// <summary>The loss; the denominator is the number of masked tokens, or of completions.</summary>
    /// <param name="inputs">Reads log-probabilities, old and reference ones, the mask of masked positions, advantages.</param>
    /// <param name="window">What the step of the optimiser sees besides this batch; null: nothing.</param>
    public LossResult Compute(LossInputs inputs, Window? window = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var some = inputs.EmptyCompletions == EmptyCompletions.Throw ? inputs with { EmptyCompletions = EmptyCompletions.Count } : inputs;
        return Level == MaskGrpoLevel.Token ? Tokens.Compute(some, window) : Sequences(some, window ?? Window.Whole);
    }

    private GroupObjective Tokens => new()
    {
        Name = "MaskGRPO",
        Weighting = Aggregation.TokenMean,
        Surrogate = new ClippedSurrogate(Ratio.Token, Clip),
        Regulariser = new KlPenalty(Beta, KlEstimator.K3),
    };

    private LossResult Sequences(LossInputs inputs, Window window)
    {
        using var scope = NewDisposeScope();
        const double bound = TokenBatch.LogRatioBound;
        var batch = TokenBatch.From(inputs);
        window.Check(batch.LogProbs, batch.ChecksValues);
        var layout = batch.Layout;
        var share = Given(MaskedShare, nameof(MaskedShare), batch);
        var lengths = Given(CompletionLengths, nameof(CompletionLengths), batch);
        var ratio = (layout.SumBySequence(batch.LogProbs - batch.OldLogProbs) / share).clamp(-bound, bound).exp();
        var objective = ratio * batch.CompletionAdvantages;
        if (Require.NotNegative(Beta, nameof(Beta)) > 0)
        {
            var difference = (layout.SumBySequence(batch.ReferenceLogProbs - batch.LogProbs) / share).clamp(-bound, bound);
            objective = objective - (difference.exp() - difference - 1) * Beta;
        }

        var numerator = (objective / lengths).masked_fill(layout.Lengths.eq(0), 0).sum().neg();
        return LossResult.Make(numerator, batch.SequenceCount, window, new LossMetrics { RatioMax = ratio.detach().max() });
    }

    private static Tensor Given(Tensor? tensor, string name, TokenBatch batch)
    {
        var given = Require.Floating(
            tensor ?? throw new ArgumentException($"the sequence form needs {name}; none is given.", name), name);
        Require.Shape(given, name, batch.Layout.Sequences);
        Require.SameDevice(given, name, batch.LogProbs);
        if (batch.ChecksValues && !given.gt(0).logical_and(given.isfinite()).all().ToBoolean())
        {
            throw new ArgumentException("wanted positive finite numbers.", name);
        }

        return given.detach().to(batch.Layout.MathType);
    }
}
