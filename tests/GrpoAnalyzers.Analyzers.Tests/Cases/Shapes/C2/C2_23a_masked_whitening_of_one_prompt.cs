// case: C2.23
// expect: GRPO002
// shape: masked mean and variance of token advantages of one prompt's completions, rsqrt product
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace MaskedWhite;

public class MaskedWhiteTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public MaskedWhiteTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor m, Tensor old, Tensor A)
    {
        var mu = (A * m).sum() / m.sum();
        var v = ((A - mu).pow(2) * m).sum() / m.sum();
        A = {|GRPO002:(A - mu) * (v + 1e-8).rsqrt()|} * m;
        var lp = functional.log_softmax(policy.call(ids), -1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var loss = -(torch.min(ratio * A, ratio.clamp(0.8, 1.2) * A) * m).sum() / m.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
