// case: C1.05
// expect: GRPO001
// shape: row weights that sum to one are made first and multiplied in
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Weighted;

public sealed class WeightedUpdate
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly SGD sgd;

    public WeightedUpdate(Module<Tensor, Tensor> policy, double rate)
    {
        this.policy = policy;
        sgd = optim.SGD(policy.parameters(), rate, momentum: 0.9);
    }

    public Tensor Run(Tensor tokens, Tensor mask, Tensor old, Tensor rewards, int group)
    {
        var table = rewards.reshape(-1, group);
        // leave-one-out baseline
        var others = (table.sum(1, keepdim: true) - table) / (group - 1);
        var adv = (table - others).reshape(-1, 1);
        var w = {|GRPO001:mask / mask.sum(1, keepdim: true)|};
        var lp = distributions.Categorical(logits: policy.call(tokens)).log_prob(tokens);
        var ratio = torch.exp(lp - old);
        var pt = torch.max(-adv * ratio, -adv * torch.clamp(ratio, 0.7, 1.3));
        var loss = (pt * w).sum(1).mean();
        sgd.zero_grad();
        loss.backward();
        sgd.step();
        return loss.detach();
    }
}
