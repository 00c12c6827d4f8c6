// case: C2.06
// expect: GRPO001, GRPO002
// shape: std_mean deconstructed into a tuple, row mean
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace TupleStats;

public class TupleTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly int groupSize;

    public TupleTrainer(Module<Tensor, Tensor> policy, int groupSize)
    {
        this.policy = policy;
        this.groupSize = groupSize;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var r = rewards.view(-1, groupSize);
        var (s, mu) = r.std_mean(1, keepdim: true);
        var adv = ({|GRPO002:(r - mu) / (s + 1e-4)|}).reshape(-1, 1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var high = ratio.clamp(0.8, 1.2);
        var gain = torch.min(adv * ratio, adv * high).masked_fill(mask == 0, 0);
        var loss = {|GRPO001:(gain.sum(1) / mask.sum(1).clamp(min: 1))|}.mean().neg();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
