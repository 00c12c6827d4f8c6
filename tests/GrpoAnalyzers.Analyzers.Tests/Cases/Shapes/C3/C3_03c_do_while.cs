// case: C3.03
// expect: GRPO003
// shape: do/while with a counter that the body advances
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace DoLoop;

public class DoTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public DoTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.RAdam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor q, Tensor reward, int rounds)
    {
        var done = 0;
        var a = reward.sub(reward.mean()).view(-1, 1);
        do
        {
            optimizer.zero_grad();
            var p = policy.call(ids).softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = p / q;
            var gain = torch.minimum(ratio * a, ratio.clip(0.8, 1.2) * a).masked_fill(mask == 0, 0).sum();
            var loss = -gain / mask.sum();
            loss.backward();
            {|GRPO003:optimizer.step()|};
            done++;
        }
        while (done < rounds);
    }
}
