// case: C4.44
// expect: none
// shape: sequences whose mean KL to the old policy is too large lose their weight inside the loop
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace SequenceMask;

public class SequenceMaskTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly double threshold;

    public SequenceMaskTrainer(Module<Tensor, Tensor> policy, double threshold)
    {
        this.policy = policy;
        this.threshold = threshold;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int epochs)
    {
        for (int e = 0; e < epochs; e++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var d = lp - old;
            var drift = ((d.detach().abs() * mask).sum(1, keepdim: true) / mask.sum(1, keepdim: true));
            var keep = (drift < threshold).to_type(ScalarType.Float32) * mask;
            var r = d.exp();
            var a = adv.unsqueeze(1);
            var loss = -(torch.min(r * a, r.clamp(0.8, 1.2) * a) * keep).sum() / keep.sum().clamp_min(1);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
