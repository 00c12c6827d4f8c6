// case: C2.06
// expect: GRPO002
// shape: torch.var_mean, tuple kept whole and read by item
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace VarMean;

public class VarMeanTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public VarMeanTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor rewards, int n)
    {
        var r = rewards.view(-1, n);
        var stats = torch.var_mean(r, 1, unbiased: false, keepdim: true);
        var adv = ({|GRPO002:(r - stats.mean) / (stats.@var.sqrt() + 1e-6)|}).flatten();
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -torch.einsum("b,bt,bt->", adv, lp, mask) / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
