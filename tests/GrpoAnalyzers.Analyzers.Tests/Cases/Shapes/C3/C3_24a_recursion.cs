// case: C3.24
// expect: GRPO003
// shape: the update calls itself with one pass fewer
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Recursive;

public class RecursiveTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RecursiveTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int remaining)
    {
        if (remaining == 0)
            return;
        var p = policy.call(ids).softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = p / old.exp();
        var a = adv.unsqueeze(1);
        var loss = torch.max(-ratio * a, -ratio.clamp(0.8, 1.2) * a).mul(mask).sum().div(mask.sum());
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
        Update(ids, mask, old, adv, remaining - 1);
    }
}
