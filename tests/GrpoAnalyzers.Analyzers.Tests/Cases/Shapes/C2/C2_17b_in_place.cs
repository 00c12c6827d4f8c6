// case: C2.17
// expect: GRPO002
// shape: A.sub_(mu).div_(std) on the completions of one prompt
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace InPlaceStats;

public class InPlaceStatsTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public InPlaceStatsTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor scores)
    {
        var A = scores.clone();
        var mu = A.mean();
        var std = A.std().add_(1e-6);
        {|GRPO002:A.sub_(mu).div_(std)|};
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var weighted = lp.mul(A.unsqueeze(1)).mul_(mask);
        var loss = weighted.sum().div(mask.sum()).neg();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
