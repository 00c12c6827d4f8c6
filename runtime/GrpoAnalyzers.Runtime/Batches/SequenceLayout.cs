namespace GrpoAnalyzers.Runtime;

/// <summary>How the tokens of B completions lie in a tensor. Everything a method does to sequences goes through here, so that padded and packed give the same.</summary>
public abstract class SequenceLayout
{
    private Tensor? lengths;
    private Tensor? outside;

    private protected SequenceLayout(Tensor mask, long sequences, long maxLength, ScalarType mathType)
    {
        Mask = mask;
        Sequences = sequences;
        MaxLength = maxLength;
        MathType = mathType;
    }

    /// <summary>True on the tokens that count.</summary>
    public Tensor Mask { get; }

    /// <summary>The number of completions.</summary>
    public long Sequences { get; }

    /// <summary>No completion is longer than this.</summary>
    public long MaxLength { get; }

    /// <summary>float32, or float64 when the policy's log-probabilities are.</summary>
    public ScalarType MathType { get; }

    /// <summary>Tokens under the mask, a completion: <c>[B]</c>.</summary>
    public Tensor Lengths => lengths ??= SumBySequence(Mask.to(MathType));

    /// <summary>Sums token values a completion, <c>[B]</c>. Values outside the mask must be zero already.</summary>
    /// <param name="perToken">Token values.</param>
    public abstract Tensor SumBySequence(Tensor perToken);

    /// <summary>Gives every token its completion's value (a shape that broadcasts against token tensors).</summary>
    /// <param name="perSequence">One value a completion, <c>[B]</c>.</param>
    public abstract Tensor Spread(Tensor perSequence);

    /// <summary>Zeroes values outside the mask; neither they nor their gradients go further.</summary>
    /// <param name="perToken">Token values.</param>
    public Tensor Masked(Tensor perToken) => perToken.masked_fill(Outside, 0);

    /// <summary>The mean of token values over each completion's tokens, <c>[B]</c>; 0 for a completion without any.</summary>
    /// <param name="perToken">Token values; those outside the mask must be zero.</param>
    public Tensor MeanBySequence(Tensor perToken) => SumBySequence(perToken) / Lengths.clamp_min(1);

    /// <summary>The mean over all tokens under the mask.</summary>
    /// <param name="perToken">Token values.</param>
    public Tensor TokenMean(Tensor perToken) => Masked(perToken).sum() / Lengths.sum().clamp_min(1);

    /// <summary>True on the tokens that do not count.</summary>
    internal Tensor Outside => outside ??= Mask.logical_not();

    /// <summary>The number of a token's completion, shaped as token tensors.</summary>
    internal abstract Tensor SequenceIds { get; }

    /// <summary>The number of trained tokens before this one in its completion.</summary>
    internal abstract Tensor Ranks { get; }

    /// <summary>Token values as <c>[B, MaxLength]</c>, the trained tokens first, the rest filled.</summary>
    internal Tensor Compact(Tensor perToken, Scalar fill)
    {
        var width = MaxLength + 1;
        var compact = full([Sequences * width], fill, perToken.dtype, perToken.device);
        var kept = compact.scatter(0, CompactPlaces(width), perToken.masked_fill(Mask.logical_not(), fill).reshape(-1));
        return kept.reshape(Sequences, width).slice(1, 0, MaxLength, 1);
    }

    /// <summary>The way back from <see cref="Compact"/>; 0 outside the mask.</summary>
    internal Tensor Expand(Tensor compact)
    {
        var width = MaxLength + 1;
        var padded = cat([compact, compact.new_zeros(Sequences, 1)], 1).reshape(-1);
        return Masked(padded.index_select(0, CompactPlaces(width)).reshape(Mask.shape));
    }

    private Tensor CompactPlaces(long width) =>
        (SequenceIds * width + Ranks.masked_fill(Mask.logical_not(), MaxLength)).reshape(-1);
}
