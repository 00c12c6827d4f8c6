namespace GrpoAnalyzers.Runtime;

/// <summary>s of the formula: what a token's advantage is multiplied with. Token shaped; the gradient goes through it.</summary>
public abstract record Ratio
{
    /// <summary>I = pi / pi_old of the token.</summary>
    public static Ratio Token { get; } = new TokenRatio();

    /// <summary>(prod pi / pi_old)^(1/|o|) of the completion: GSPO.</summary>
    public static Ratio SequenceGeometricMean { get; } = new SequenceGeometricMeanRatio();

    /// <summary>prod pi / pi_old of the completion: GCPO, RLOO.</summary>
    public static Ratio SequenceProduct { get; } = new SequenceProductRatio();

    /// <summary>sg[sequence ratio] x pi / sg[pi]: GSPO's value with a gradient for every token's own advantage.</summary>
    public static Ratio GspoToken { get; } = new GspoTokenRatio();

    /// <summary>pi / sg[pi]: 1 in value, with the gradient of log pi. Right only where the policy that sampled is the one that is trained.</summary>
    public static Ratio One { get; } = new OneRatio();

    /// <summary>log pi: plain policy gradient (GPG, REINFORCE). Clipping means nothing for it.</summary>
    public static Ratio Log { get; } = new LogRatio();

    /// <summary>The ratio of every token (a shape that broadcasts against token tensors).</summary>
    /// <param name="batch">The checked batch.</param>
    public abstract Tensor Of(TokenBatch batch);
}
