// case: C2.03
// expect: GRPO002
// shape: group mean and std expanded by repeat_interleave
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Interleave;

public class InterleaveTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private const int NumGenerations = 8;

    public InterleaveTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6, weight_decay: 0.01);
    }

    public float Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        using var scope = NewDisposeScope();
        var grouped = rewards.reshape(-1, NumGenerations);
        var mean = grouped.mean([1]).repeat_interleave(NumGenerations, dim: 0);
        var std = grouped.std(1).repeat_interleave(NumGenerations, dim: 0);
        var advantages = rewards - mean;
        advantages = {|GRPO002:advantages / (std + 1e-4)|};

        var lp = -functional.cross_entropy(policy.call(ids).transpose(1, 2), ids, reduction: Reduction.None);
        var coef1 = torch.exp(lp - old);
        var coef2 = torch.clamp(coef1, 1 - 0.2, 1 + 0.28);
        var l1 = coef1 * advantages.unsqueeze(1);
        var l2 = coef2 * advantages.unsqueeze(1);
        var perToken = -torch.min(l1, l2);
        var loss = (perToken * mask).sum() / mask.sum().clamp_min(1.0);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}
