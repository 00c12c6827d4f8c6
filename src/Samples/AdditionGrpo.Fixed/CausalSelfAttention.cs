using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AdditionGrpo;

internal sealed class CausalSelfAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly long heads;
    private readonly Linear qkv;
    private readonly Linear output;

    public CausalSelfAttention(long width, long heads)
        : base(nameof(CausalSelfAttention))
    {
        this.heads = heads;
        qkv = Linear(width, 3 * width);
        output = Linear(width, width);
        RegisterComponents();
    }

    /// <param name="input">[batch, length, width]</param>
    /// <param name="future">[length, length], true where a position must not look</param>
    public override Tensor forward(Tensor input, Tensor future)
    {
        var (batch, length, width) = (input.shape[0], input.shape[1], input.shape[2]);
        var projected = qkv.call(input).split(width, 2);
        var query = SplitHeads(projected[0]);
        var key = SplitHeads(projected[1]);
        var value = SplitHeads(projected[2]);

        var scores = query.matmul(key.transpose(2, 3)) / Math.Sqrt(width / heads);
        var weights = scores.masked_fill(future, float.NegativeInfinity).softmax(-1);
        return output.call(weights.matmul(value).transpose(1, 2).reshape(batch, length, width));

        Tensor SplitHeads(Tensor x) => x.reshape(batch, length, heads, width / heads).transpose(1, 2);
    }
}
