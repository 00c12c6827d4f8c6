// case: C1.27
// expect: GRPO001, GRPO003
// shape: masked mean of masked means with a sequence mask, (len > 0) as float; the same rollout is stepped several times
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace SeqMask;

public class NestedMeanTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public NestedMeanTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor adv, int updates)
    {
        for (int u = 0; u < updates; u++)
            Step(tokens, mask, old, adv);
    }

    private void Step(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp((lp - old).clamp(-20, 20));
        var l1 = -adv.unsqueeze(-1) * ratio;
        var l2 = -adv.unsqueeze(-1) * ratio.clamp(0.8, 1.2);
        var l3 = -adv.unsqueeze(-1) * 3.0;
        var worst = torch.maximum(l1, l2);
        var pt = torch.where(adv.unsqueeze(-1) < 0, torch.minimum(l3, worst), worst);

        var len = mask.sum(-1);
        var seqMask = (len > 0).to_type(ScalarType.Float32);
        var seq = {|GRPO001:(pt * mask).sum(-1) / (len + 1e-8)|};
        var loss = (seq * seqMask).sum() / seqMask.sum();
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
    }
}
