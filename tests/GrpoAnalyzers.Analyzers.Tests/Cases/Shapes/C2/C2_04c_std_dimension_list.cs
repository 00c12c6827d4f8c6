// case: C2.04
// expect: GRPO002
// shape: std([1]) on a view with a fixed number of prompts, loss divided token by token
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace DimList;

public class DimListTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public DimListTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adamax(policy.parameters(), 1e-3);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var table = rewards.view(4, -1);
        var adv = ({|GRPO002:(table - table.mean([1], true)) / (table.std([1], keepdim: true) + 1e-4)|}).view(-1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var lengths = mask.sum(1, keepdim: true);
        var total = lengths.sum();
        var ratio = torch.exp(lp - old);
        var gain = torch.minimum(ratio * adv.unsqueeze(1), ratio.clip(0.8, 1.2) * adv.unsqueeze(1));
        var loss = -(gain * mask / total).sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
