// case: C2.23
// expect: none
// shape: the same whitening of GAE token advantages with a value head: batch-wide
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace MaskedWhiteCritic;

public class TokenPpoTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Module<Tensor, Tensor> valueHead;
    private readonly optim.Optimizer optimizer;

    public TokenPpoTrainer(Module<Tensor, Tensor> policy, Module<Tensor, Tensor> valueHead)
    {
        this.policy = policy;
        this.valueHead = valueHead;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor m, Tensor old, Tensor returns)
    {
        var values = valueHead.call(ids).squeeze(-1);
        var A = (returns - values).detach();
        var mu = (A * m).sum() / m.sum();
        var v = ((A - mu).pow(2) * m).sum() / m.sum();
        A = (A - mu) * (v + 1e-8).rsqrt() * m;
        var lp = functional.log_softmax(policy.call(ids), -1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var pg = -(torch.min(ratio * A, ratio.clamp(0.8, 1.2) * A) * m).sum() / m.sum();
        var vf = ((values - returns).square() * m).sum() / m.sum();
        var loss = pg + 0.1 * vf;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
