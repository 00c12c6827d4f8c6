// case: C3.01
// expect: GRPO003
// shape: full batch, epochs as a constructor argument without default
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace FullBatch;

public class FullBatchTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Adam optimizer;
    private readonly int epochs;

    public FullBatchTrainer(Module<Tensor, Tensor> policy, int epochs, double lr = 3e-5)
    {
        this.policy = policy;
        this.epochs = epochs;
        optimizer = optim.Adam(policy.parameters(), lr);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var adv = (rewards - rewards.mean()).unsqueeze(1);
        for (int e = 0; e < epochs; e++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var r = torch.exp(lp - old);
            var loss = -(torch.min(r * adv, r.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
