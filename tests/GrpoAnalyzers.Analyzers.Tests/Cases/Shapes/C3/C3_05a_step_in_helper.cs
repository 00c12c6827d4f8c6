// case: C3.05
// expect: GRPO003
// shape: the loop is in the caller, backward and step in a private helper
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace StepHelper;

public class HelperTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public HelperTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 3e-6);
    }

    private float UpdateStep(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var lp = distributions.Categorical(logits: policy.call(ids)).log_prob(ids);
        var ratio = torch.exp(lp - old);
        var unclipped = -adv * ratio;
        var clipped = -adv * ratio.clamp(0.8, 1.2);
        var loss = (torch.maximum(unclipped, clipped) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
        return loss.ToSingle();
    }

    public float Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int passes)
    {
        var adv = (rewards - rewards.mean()).unsqueeze(1);
        var mean = 0f;
        for (var i = 0; i < passes; i++)
            mean += UpdateStep(ids, mask, old, adv) / passes;
        return mean;
    }
}
