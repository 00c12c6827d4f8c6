namespace GrpoAnalyzers.Runtime;

/// <summary>
/// DAPO with learned preferences of length: completion i counts G softmax_i((1 + Slope z_i)^Lambda) times, z its standardised length within the
/// group (lambda-GRPO, 2510.06870; another method of that name is 2509.21154). Slope 1/9 and the population deviation are not verified from the
/// primary text. Lambda = 0 is DAPO.
/// </summary>
public sealed record LambdaGrpoLoss
{
    /// <summary>The learned exponent, one element. With requires_grad the gradient reaches it: make it a parameter of the optimiser. Null: 1, fixed.</summary>
    public Tensor? Lambda { get; init; }

    /// <summary>r.</summary>
    public double Slope { get; init; } = 1.0 / 9;

    /// <summary>The surrogate; PPO with 0.2 and 0.2 unless given.</summary>
    public Surrogate Surrogate { get; init; } = new ClippedSurrogate(Ratio.Token, Clip.Symmetric(0.2));

    /// <summary>The loss of a batch; the denominator is the number of tokens.</summary>
    /// <param name="inputs">Reads groups besides what the surrogate reads.</param>
    /// <param name="window">What the step of the optimiser sees besides this batch; null: nothing.</param>
    public LossResult Compute(LossInputs inputs, Window? window = null)
    {
        using var scope = NewDisposeScope();
        window ??= Window.Whole;
        var batch = TokenBatch.From(inputs);
        window.Check(batch.LogProbs, batch.ChecksValues);
        var weights = CompletionWeights(batch);
        var losses = Surrogate.Evaluate(batch).Loss * batch.Layout.Spread(weights);
        var numerator = batch.Layout.Masked(losses + zeros_like(batch.LogProbs)).sum();
        return LossResult.Make(numerator, batch.TokenCount, window, new LossMetrics { CompletionWeights = weights.detach() });
    }

    private Tensor CompletionWeights(TokenBatch batch)
    {
        Require.Between(Slope, 0, 1, nameof(Slope));
        var groups = batch.Groups;
        var lengths = batch.Layout.Lengths;
        var size = groups.SumWithin(ones_like(lengths));
        var difference = lengths - groups.SumWithin(lengths) / size;
        var deviation = (groups.SumWithin(difference.square()) / size).sqrt();
        var z = difference / deviation.masked_fill(deviation.eq(0), 1);
        var logBase = (1 + z * Slope).clamp_min(1e-6).log();
        var exponent = Lambda is null ? logBase : logBase * Exponent(Lambda, batch);
        var score = exponent.exp();
        var shifted = (score - groups.FirstWithin(score.detach())).exp();
        return size * shifted / groups.SumWithin(shifted);
    }

    private static Tensor Exponent(Tensor lambda, TokenBatch batch)
    {
        Require.Floating(lambda, nameof(Lambda));
        if (lambda.numel() != 1)
        {
            throw new ArgumentException($"wanted one element, found shape {Require.Show(lambda.shape)}.", nameof(Lambda));
        }

        Require.SameDevice(lambda, nameof(Lambda), batch.LogProbs);
        return lambda.reshape(1).to(batch.Layout.MathType);
    }
}
