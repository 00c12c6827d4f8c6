// case: C2.15
// expect: none
// shape: the option exists but its default is false
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace FalseFlag;

public sealed record DrGrpoOptions(bool ScaleByStd = false, double Clip = 0.2);

public class DrTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly DrGrpoOptions options;
    private readonly optim.Optimizer optimizer;

    public DrTrainer(Module<Tensor, Tensor> policy, DrGrpoOptions options)
    {
        this.policy = policy;
        this.options = options;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int n)
    {
        var r = rewards.view(-1, n);
        var adv = r - r.mean([1], keepdim: true);
        if (options.ScaleByStd)
            adv = adv / (r.std(1, keepdim: true) + 1e-4);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var a = adv.view(-1, 1);
        var loss = -(torch.min(ratio * a, ratio.clamp(1 - options.Clip, 1 + options.Clip) * a) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
