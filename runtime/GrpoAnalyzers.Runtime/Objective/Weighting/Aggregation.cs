namespace GrpoAnalyzers.Runtime;

/// <summary>How token losses become a scalar: factors of the numerator, and a denominator that adds up over micro-batches and ranks.</summary>
public abstract record Aggregation
{
    /// <summary>(1/N) sum_i (1/|o_i|) sum_t: every completion counts the same, its tokens share. GRPO.</summary>
    public static Aggregation SequenceMeanTokenMean { get; } = new SequenceMeanTokenMean();

    /// <summary>(1/N) sum_i sum_t: every token of every completion counts the same. Dr.GRPO as in Table 1.</summary>
    public static Aggregation SequenceMeanTokenSum { get; } = new SequenceMeanTokenSum();

    /// <summary>(1 / sum |o_i|) sum_i sum_t over the whole window. DAPO as TRL and verl have it.</summary>
    public static Aggregation TokenMean { get; } = new TokenMean();

    /// <summary>The mean over groups of each group's token mean. DAPO as its paper writes it.</summary>
    public static Aggregation TokenMeanPerGroup { get; } = new TokenMeanPerGroup();

    /// <summary>The token mean of the micro-batch; micro-batches are averaged. BNPO.</summary>
    public static Aggregation MicroBatchTokenMean { get; } = new MicroBatchTokenMean();

    /// <summary>sum_i sum_t, divided by nothing.</summary>
    public static Aggregation TokenSum { get; } = new TokenSum();

    /// <summary>(1 / (N length)) sum_i sum_t. Dr.GRPO as TRL and its authors' code have it.</summary>
    /// <param name="length">The longest completion that may be sampled; a constant of the run.</param>
    public static Aggregation Constant(long length) => new ConstantLength(length);

    /// <summary>What each token loss is multiplied with before the sum (a shape that broadcasts against token tensors).</summary>
    /// <param name="batch">The checked batch.</param>
    public abstract Tensor Factors(TokenBatch batch);

    /// <summary>What the sum is divided by when the batch is the whole window, 0-dim.</summary>
    /// <param name="batch">The checked batch.</param>
    public abstract Tensor Denominator(TokenBatch batch);

    private protected static Tensor One(TokenBatch batch) => ones([], batch.Layout.MathType, batch.LogProbs.device);
}
