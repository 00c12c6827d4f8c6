// case: C3.12
// expect: GRPO003
// shape: sequence ratio (GSPO), several epochs on one rollout
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace GspoEpochs;

public class GspoTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public GspoTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int epochs)
    {
        var A = rewards - rewards.mean();
        var len = mask.sum(1).clamp_min(1);
        for (int e = 0; e < epochs; e++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var s = torch.exp(((lp - old) * mask).sum(1) / len);
            var loss = -torch.min(s * A, s.clamp(1 - 3e-4, 1 + 4e-4) * A).mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
