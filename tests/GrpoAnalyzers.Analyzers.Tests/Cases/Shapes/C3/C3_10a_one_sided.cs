// case: C3.10
// expect: GRPO003
// shape: only the upper side is clipped, inside the min
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace OneSided;

public class OneSidedTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public OneSidedTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        for (int i = 0; i < 2; i++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var a = adv.unsqueeze(1);
            var weight = mask / mask.sum();
            var loss = -(torch.minimum(ratio * a, torch.clamp(ratio, max: 1.3) * a) * weight).sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
