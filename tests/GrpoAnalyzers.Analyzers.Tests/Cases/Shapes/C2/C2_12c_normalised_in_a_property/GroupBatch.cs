using static TorchSharp.torch;

namespace ComputedProperty;

/// <summary>The completions of several prompts, <see cref="GroupSize"/> rows each.</summary>
public sealed record GroupBatch(Tensor Ids, Tensor Mask, Tensor Old, Tensor Rewards, int GroupSize)
{
    public (Tensor Advantages, Tensor Tokens) Weights
    {
        get
        {
            var r = Rewards.reshape(-1, GroupSize);
            var z = (r - r.mean([1], keepdim: true)) / (r.std(1, keepdim: true) + 1e-4);
            return (z.reshape(-1), Mask.sum());
        }
    }
}
