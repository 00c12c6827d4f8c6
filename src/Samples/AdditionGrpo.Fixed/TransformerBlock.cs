using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AdditionGrpo;

internal sealed class TransformerBlock : Module<Tensor, Tensor, Tensor>
{
    private readonly LayerNorm attentionNorm;
    private readonly CausalSelfAttention attention;
    private readonly LayerNorm mlpNorm;
    private readonly Sequential mlp;

    public TransformerBlock(long width, long heads)
        : base(nameof(TransformerBlock))
    {
        attentionNorm = LayerNorm(width);
        attention = new CausalSelfAttention(width, heads);
        mlpNorm = LayerNorm(width);
        mlp = Sequential(Linear(width, 4 * width), GELU(), Linear(4 * width, width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, Tensor future)
    {
        var hidden = input + attention.call(attentionNorm.call(input), future);
        return hidden + mlp.call(mlpNorm.call(hidden));
    }
}
