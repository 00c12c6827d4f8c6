// case: C2.25
// expect: GRPO002
// shape: new AdamW(...) from TorchSharp.Modules, held as OptimizerHelper
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace NewAdamW;

public class NewOptimizerTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly OptimizerHelper optimizer;

    public NewOptimizerTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = new AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var adv = ({|GRPO002:(r - r.mean([1], true)) / (r.std(1, true, true) + 1e-4)|}).view(-1, 1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var clipped = ratio - (ratio - ratio.clamp(0.8, 1.2));
        var loss = -(torch.min(ratio * adv, clipped * adv) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
