// case: C1.22
// expect: GRPO001
// shape: padding is NaN and nanmean(1) averages each row over its own tokens
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace NanPadded;

public class NanTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public NanTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 2e-5);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor rewards)
    {
        var adv = (rewards - rewards.mean()).unsqueeze(1);
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var pt = torch.where(mask > 0, -lp * adv, float.NaN);
        var perSeq = {|GRPO001:pt.nanmean(1)|};
        var loss = perSeq.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
