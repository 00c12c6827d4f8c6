// case: C4.32
// expect: none
// shape: the std only selects the groups that stay (DAPO's dynamic sampling)
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Dynamic;

public class DynamicTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public DynamicTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var alive = (r.std(1) > 1e-6).repeat_interleave(g);
        var adv = (r - r.mean([1], keepdim: true)).view(-1)[alive].unsqueeze(1);
        var x = ids[alive];
        var m = mask[alive];
        var lp = policy.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old[alive]);
        var loss = -(torch.min(ratio * adv, ratio.clamp(0.8, 1.28) * adv) * m).sum() / m.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
