// case: C3.19
// expect: none
// shape: old = lp.detach() at the end of each round
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Refreshed;

public class RefreshedTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RefreshedTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int epochs)
    {
        for (int e = 0; e < epochs; e++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var a = adv.unsqueeze(1);
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            old = lp.detach();
        }
    }
}
