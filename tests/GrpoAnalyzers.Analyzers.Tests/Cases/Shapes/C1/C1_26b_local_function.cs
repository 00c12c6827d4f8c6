// case: C1.26
// expect: GRPO001
// shape: a local function that closes over the mask
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Local;

public class LocalFunctionTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public LocalFunctionTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards, Tensor baselineScores)
    {
        var adv = (rewards - baselineScores).unsqueeze(1);
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var delta = lp - old;
        var ratio = delta.exp();
        var a = Surrogate(ratio);
        var b = Surrogate(ratio.clamp(0.8, 1.2));
        var loss = -PerRow(torch.minimum(a, b)).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();

        Tensor Surrogate(Tensor q) => q * adv;
        Tensor PerRow(Tensor x) => {|GRPO001:(x * mask).sum(-1).div(mask.sum(-1).clamp_min(1))|};
    }
}
