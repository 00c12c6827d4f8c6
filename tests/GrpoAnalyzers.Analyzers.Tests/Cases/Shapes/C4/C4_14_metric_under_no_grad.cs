// case: C4.14
// expect: none
// shape: the per-sequence mean of the very same loss is computed for a chart, detached
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace MetricOnly;

public class MetricTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public MetricTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public float Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var a = adv.unsqueeze(1);
        var pt = -torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
        float sequenceMean;
        using (no_grad())
            sequenceMean = ((pt * mask).sum(1) / mask.sum(1)).mean().ToSingle();
        var detached = ((pt.detach() * mask).sum(1) / mask.sum(1)).mean();
        var loss = (pt * mask).sum() / mask.sum() + 0 * detached;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return sequenceMean;
    }
}
