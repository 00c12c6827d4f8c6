// case: C1.02
// expect: GRPO001
// shape: length kept away from zero by clamp_min, log-probs from a Categorical
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Dialog.Rl;

public class ChatPolicyUpdater
{
    private readonly Module<Tensor, Tensor> net;
    private readonly Adam opt;

    public ChatPolicyUpdater(Module<Tensor, Tensor> net)
    {
        this.net = net;
        opt = optim.Adam(net.parameters(), lr: 3e-6);
    }

    public double Train(Tensor ids, Tensor responseMask, Tensor behaviourLogProbs, Tensor advantages)
    {
        var dist = distributions.Categorical(logits: net.call(ids));
        var lp = dist.log_prob(ids);
        var ratio = torch.exp(lp - behaviourLogProbs);
        var adv = advantages.unsqueeze(1);
        var surr1 = ratio * adv;
        var surr2 = torch.clamp(ratio, 0.8f, 1.2f) * adv;
        var gain = torch.minimum(surr1, surr2);
        var perSequence = {|GRPO001:(gain * responseMask).sum(dim: 1) / responseMask.sum(dim: 1).clamp_min(1)|};
        var objective = perSequence.mean();
        opt.zero_grad();
        (-objective).backward();
        opt.step();
        return objective.ToDouble();
    }
}
