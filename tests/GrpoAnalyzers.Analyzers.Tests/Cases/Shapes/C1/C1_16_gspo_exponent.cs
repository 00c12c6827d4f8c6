// case: C1.16
// expect: none
// shape: GSPO: the length stands in the exponent of the sequence ratio, which is GRPO009's (off by default)
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Gspo;

public class GspoTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public GspoTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards)
    {
        var A = rewards - rewards.mean();
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var s = (((lp - old) * mask).sum(1) / mask.sum(1)).exp();
        var loss = -torch.min(s * A, s.clamp(1 - 3e-4, 1 + 4e-4) * A).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
