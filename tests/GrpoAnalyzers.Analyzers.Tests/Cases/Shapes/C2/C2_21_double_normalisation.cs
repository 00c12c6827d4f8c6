// case: C2.21
// expect: GRPO002
// shape: rewards by the group's std, then the advantages by the batch's; the group division is the finding
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Twice;

public class TwiceTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private const int GroupSize = 16;

    public TwiceTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var r = rewards.view(-1, GroupSize);
        var scored = {|GRPO002:(r - r.mean([1], keepdim: true)) / (r.std(1, keepdim: true) + 1e-5)|};
        var adv = scored.view(-1, 1).expand_as(mask);
        var mean = (adv * mask).sum() / mask.sum();
        var centred = adv - mean;
        var variance = (centred.square() * mask).sum() / mask.sum();
        var whitened = centred * torch.rsqrt(variance + 1e-5);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var loss = -(torch.min(ratio * whitened, ratio.clamp(0.8, 1.2) * whitened) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
