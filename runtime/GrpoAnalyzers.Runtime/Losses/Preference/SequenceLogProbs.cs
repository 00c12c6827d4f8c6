namespace GrpoAnalyzers.Runtime;

/// <summary>From token log-probabilities to what preference losses take.</summary>
public static class SequenceLogProbs
{
    /// <summary>Sums over the tokens under the mask and their number, each <c>[B]</c>; the sums carry the gradient.</summary>
    /// <param name="inputs">Reads log-probabilities and the mask.</param>
    public static (Tensor Sums, Tensor Lengths) Of(LossInputs inputs)
    {
        using var scope = NewDisposeScope();
        var batch = TokenBatch.From(inputs);
        return (batch.Layout.SumBySequence(batch.LogProbs).MoveToOuterDisposeScope(), batch.Layout.Lengths.MoveToOuterDisposeScope());
    }
}
