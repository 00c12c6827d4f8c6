// case: C1.14
// expect: GRPO001
// shape: advantages divided by the lengths before the token sum
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Hidden;

public class HiddenLengthTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public HiddenLengthTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var lens = mask.sum(1);
        var A = rewards.unsqueeze(1) - rewards.mean();
        var scaled = {|GRPO001:A / lens.unsqueeze(1)|};
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var rho = torch.exp(lp - old);
        var gain = torch.min(rho * scaled, rho.clamp(0.8, 1.2) * scaled);
        var loss = -(gain * mask).sum() / ids.shape[0];
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
