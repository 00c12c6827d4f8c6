using TorchSharp;
using static TorchSharp.torch;

namespace Agg;

public sealed class SequenceMean : IAggregator
{
    public Tensor Combine(Tensor perToken, Tensor mask)
    {
        var valid = mask.sum(1).gt(0).to_type(ScalarType.Float32);
        var rows = (perToken * mask).sum(1) / (mask.sum(1) + 1e-8);
        return (rows * valid).sum() / valid.sum();
    }
}
