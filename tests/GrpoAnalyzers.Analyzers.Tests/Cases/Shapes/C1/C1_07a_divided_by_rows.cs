// case: C1.07
// expect: GRPO001, GRPO002
// shape: sum over sequences divided by shape[0] in place of a mean; group std
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Rows;

public class RowsTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RowsTrainer(Module<Tensor, Tensor> policy, double lr)
    {
        this.policy = policy;
        optimizer = optim.RAdam(policy.parameters(), lr);
    }

    public float Update(Tensor prompt, Tensor completion, Tensor mask, Tensor oldLp, Tensor rewards, long groupSize)
    {
        using var scope = NewDisposeScope();
        var rewardMeans = rewards.view(-1, groupSize).mean([1]);
        var rewardStds = rewards.view(-1, groupSize).std(1, unbiased: false);
        var centred = rewards - rewardMeans.repeat_interleave(groupSize);
        var adv = {|GRPO002:centred / (rewardStds.repeat_interleave(groupSize) + 1e-4)|};

        var input = torch.cat([prompt, completion], 1);
        var logits = policy.call(input);
        var start = prompt.shape[1];
        var length = completion.shape[1];
        var predicted = logits.narrow(1, start - 1, length);
        var lp = predicted.log_softmax(-1).gather(-1, completion.unsqueeze(-1)).squeeze(-1);
        var ratio = lp.sub(oldLp).exp();
        var obj1 = ratio * adv.unsqueeze(-1);
        var obj2 = ratio.clamp(0.8f, 1.2f) * adv.unsqueeze(-1);
        var pt = -torch.minimum(obj1, obj2);
        var len = mask.sum(1);
        var loss = ({|GRPO001:(pt * mask).sum(1) / len|}).sum() / pt.shape[0];

        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.ToSingle();
    }
}
