// case: C2.15
// expect: GRPO002
// shape: torch.where(std > 0, normalised, centred)
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace WhereStd;

public class WhereStdTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public WhereStdTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6, beta2: 0.95);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var loo = (r.sum(1, keepdim: true) - r) / (g - 1);
        var c = r - loo;
        var std = r.std(1, keepdim: true);
        var adv = torch.where(std > 0, {|GRPO002:c / (std + 1e-6)|}, c);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var a = adv.reshape(-1, 1);
        var objective = torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
        var floor = torch.where(a < 0, torch.max(objective, 3 * a), objective);
        var loss = -(floor * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
