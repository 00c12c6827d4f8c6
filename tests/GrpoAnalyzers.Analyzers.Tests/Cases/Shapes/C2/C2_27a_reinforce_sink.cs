// case: C2.27
// expect: GRPO002
// shape: -(A * logp).mean() with the mean over all kept tokens
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ReinforceSink;

public class ReinforceSinkTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ReinforceSinkTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.NAdam(policy.parameters(), 2e-5, 0.9, 0.95);
    }

    public void Update(Tensor ids, Tensor keep, Tensor rewards, long k)
    {
        var r = rewards.view(-1, k);
        var A = ({|GRPO002:(r - r.mean([1], keepdim: true)) / (r.std(1, keepdim: true) + 1e-9)|}).view(-1, 1);
        var logp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(A * logp).masked_select(keep).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
