// case: C4.05
// expect: none
// shape: row sums over a constant maximum length (Dr.GRPO)
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace DrGrpo;

public sealed record DrConfig(int MaxCompletionLength = 1024, double Clip = 0.2);

public class DrGrpoTrainer(Module<Tensor, Tensor> policy, DrConfig config)
{
    private readonly optim.Optimizer optimizer = optim.AdamW(policy.parameters(), 1e-6);

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var adv = (r - r.mean([1], keepdim: true)).view(-1, 1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var pt = torch.min(ratio * adv, ratio.clamp(1 - config.Clip, 1 + config.Clip) * adv);
        var perRow = (pt * mask).sum(1) / config.MaxCompletionLength;
        var loss = -perRow.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
