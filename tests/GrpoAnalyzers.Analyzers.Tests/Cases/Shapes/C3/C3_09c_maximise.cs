// case: C3.09
// expect: GRPO003
// shape: maximize: true, the objective keeps its positive sign
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Maximise;

public class MaximiseTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Adam optimizer;

    public MaximiseTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95, maximize: true);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int k)
    {
        using var outer = NewDisposeScope();
        while (k > 0)
        {
            using (NewDisposeScope())
            {
                var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                var ratio = torch.exp(lp - old);
                var objective = (torch.min(ratio * adv.unsqueeze(1), ratio.clamp(0.8, 1.2) * adv.unsqueeze(1)) * mask).sum() / mask.sum();
                optimizer.zero_grad();
                objective.backward();
                {|GRPO003:optimizer.step()|};
            }

            k--;
        }
    }
}
