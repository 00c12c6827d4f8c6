namespace GrpoAnalyzers.Runtime;

/// <summary>One row a completion: <c>[B, T]</c>.</summary>
internal sealed class PaddedLayout(Tensor mask, ScalarType mathType) : SequenceLayout(mask, mask.shape[0], mask.shape[1], mathType)
{
    public override Tensor SumBySequence(Tensor perToken) => perToken.sum(1);

    public override Tensor Spread(Tensor perSequence) => perSequence.unsqueeze(1);

    internal override Tensor SequenceIds => arange(Sequences, ScalarType.Int64, Mask.device).unsqueeze(1).expand(Mask.shape);

    internal override Tensor Ranks => Mask.to(ScalarType.Int64).cumsum(1) - 1;
}
