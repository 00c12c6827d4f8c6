// case: C4.18
// expect: none
// shape: (pt * m).sum(1).mean()
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace TokenSum;

public class TokenSumTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public TokenSumTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor m, Tensor old, Tensor adv)
    {
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var a = adv.unsqueeze(1);
        var pt = -torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
        var loss = (pt * m).sum(1).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
