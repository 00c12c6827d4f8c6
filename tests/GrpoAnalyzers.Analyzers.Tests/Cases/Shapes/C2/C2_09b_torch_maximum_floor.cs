// case: C2.09
// expect: GRPO002
// shape: torch.maximum(std, eps tensor)
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace MaxFloor;

public class MaxFloorTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly Tensor floor = torch.tensor(1e-3f);

    public MaxFloorTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var divisor = torch.maximum(r.std(1, keepdim: true), floor);
        var adv = ({|GRPO002:(r - r.mean([1], keepdim: true)) / divisor|}).view(-1, 1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var hard = torch.minimum(torch.maximum(ratio, 0.8f), 1.2f);
        var loss = -(torch.min(ratio * adv, hard * adv) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
