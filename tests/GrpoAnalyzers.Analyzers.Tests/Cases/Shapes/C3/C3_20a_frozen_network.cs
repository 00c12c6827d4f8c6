// case: C3.20
// expect: GRPO003
// shape: the old policy is a frozen network that is evaluated anew in every step
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace FrozenNet;

public class FrozenNetTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Module<Tensor, Tensor> oldPolicy;
    private readonly optim.Optimizer optimizer;

    public FrozenNetTrainer(Module<Tensor, Tensor> policy, Module<Tensor, Tensor> oldPolicy)
    {
        this.policy = policy;
        this.oldPolicy = oldPolicy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor adv, int epochs)
    {
        for (int e = 0; e < epochs; e++)
        {
            var now = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            using var before = oldPolicy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1).detach();
            var ratio = torch.exp(now - before);
            var a = adv.unsqueeze(1);
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }

        oldPolicy.load_state_dict(policy.state_dict());
    }
}
