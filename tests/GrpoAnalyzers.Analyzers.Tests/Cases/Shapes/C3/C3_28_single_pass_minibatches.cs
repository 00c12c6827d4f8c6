// case: C3.28
// expect: none
// shape: one pass over disjoint mini-batches, every row is stepped on once
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace SinglePass;

public class SinglePassTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public SinglePassTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, long size)
    {
        var order = torch.randperm(ids.shape[0]);
        foreach (var idx in order.split(size))
        {
            var x = ids[idx];
            var m = mask[idx];
            var lp = policy.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old[idx]);
            var a = adv[idx].unsqueeze(1);
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * m).sum() / m.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
