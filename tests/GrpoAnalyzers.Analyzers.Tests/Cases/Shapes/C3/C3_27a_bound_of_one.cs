// case: C3.27
// expect: none
// shape: const PpoEpochs = 1
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace OneEpoch;

public class OneEpochTrainer
{
    private const int PpoEpochs = 1;
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public OneEpochTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        for (int i = 0; i < PpoEpochs; i++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var a = adv.unsqueeze(1);
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
