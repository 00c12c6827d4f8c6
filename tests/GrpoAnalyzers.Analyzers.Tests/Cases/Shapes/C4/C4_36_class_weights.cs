// case: C4.36
// expect: none
// shape: supervised token losses weighted by inverse frequency and inverse std
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ClassWeights;

public class BalancedSft
{
    private readonly Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public BalancedSft(Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), 1e-4);
    }

    public void Train(Tensor ids, Tensor labels, Tensor frequency, Tensor labelNoise)
    {
        var ce = functional.cross_entropy(model.call(ids).transpose(1, 2), labels, reduction: Reduction.None);
        var w = 1 / (frequency.index_select(0, labels.flatten()).view_as(labels) + 1e-6);
        w = w / (labelNoise.std(1, keepdim: true) + 1e-6);
        var loss = (ce * w).sum() / w.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
