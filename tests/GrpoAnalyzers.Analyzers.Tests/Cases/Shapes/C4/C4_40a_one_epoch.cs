// case: C4.40
// expect: none
// shape: epochs folds to one through a const expression, single pass over mini-batches
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace OnePass;

public class OnePassTrainer
{
    private const int Total = 64, PerEpoch = 64;
    private const int Epochs = Total / PerEpoch;
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public OnePassTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            for (long s = 0; s < ids.shape[0]; s += 16)
            {
                var x = ids.narrow(0, s, 16);
                var m = mask.narrow(0, s, 16);
                var a = adv.narrow(0, s, 16).unsqueeze(1);
                var lp = policy.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
                var ratio = torch.exp(lp - old.narrow(0, s, 16));
                var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * m).sum() / m.sum();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
