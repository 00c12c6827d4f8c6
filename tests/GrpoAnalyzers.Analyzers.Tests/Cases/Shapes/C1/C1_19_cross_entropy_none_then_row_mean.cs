// case: C1.19
// expect: GRPO001
// shape: unreduced cross entropy reshaped to [B,T], its row mean times the advantage
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace CeNone;

public sealed class CeNoneTrainer
{
    private readonly Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private const long Pad = 0;

    public CeNoneTrainer(Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.Adam(model.parameters(), lr: 1e-4);
    }

    public void Update(Tensor tokens, Tensor advantage)
    {
        long B = tokens.shape[0], T = tokens.shape[1] - 1;
        var input = tokens.narrow(1, 0, T);
        var target = tokens.narrow(1, 1, T);
        var logits = model.call(input);
        var ce = functional.cross_entropy(logits.reshape(B * T, -1), target.reshape(-1), ignore_index: Pad, reduction: Reduction.None).reshape(B, T);
        var lengths = target.ne(Pad).to_type(ScalarType.Float32).sum(1);
        var rowMean = {|GRPO001:ce.sum(1) / lengths|};
        var loss = (rowMean * advantage).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
