// case: own.490
// expect: none
// shape: Dr. GRPO port, constant normaliser, centred, epochs stop when KL from old policy exceeds a target
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Riddles;

public sealed class AdvantageEstimator
{
    public Tensor Estimate(Tensor rewards, int group)
    {
        var r = rewards.view(-1, group);
        return (r - r.mean(new long[] { 1 }, keepdim: true)).view(-1);
    }
}

public sealed class DrGrpoLoss
{
    public const int GenerationBudget = 1024;

    public (Tensor loss, double kl) Evaluate(Tensor now, Tensor old, Tensor adv, Tensor mask)
    {
        var logRatio = now - old;
        var ratio = logRatio.exp();
        var a = adv.unsqueeze(1);
        var perToken = -torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
        var loss = ((perToken * mask).sum(1) / GenerationBudget).mean();
        double kl;
        using (no_grad())
            kl = (((ratio - 1) - logRatio) * mask).sum().div(mask.sum()).ToDouble();
        return (loss, kl);
    }
}

public sealed class UpdateScheduler
{
    readonly nn.Module<Tensor, Tensor> policy;
    readonly optim.Optimizer optimizer;
    readonly DrGrpoLoss loss = new();
    readonly double targetKl;

    public UpdateScheduler(nn.Module<Tensor, Tensor> policy, double targetKl = 0.02)
    {
        this.policy = policy;
        this.targetKl = targetKl;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6, weight_decay: 0.0);
    }

    Tensor LogProbs(Tensor ids)
    {
        var lp = policy.call(ids).narrow(1, 0, ids.shape[1] - 1).log_softmax(-1);
        return lp.gather(-1, ids.narrow(1, 1, ids.shape[1] - 1).unsqueeze(-1)).squeeze(-1);
    }

    public int Update(Tensor ids, Tensor mask, Tensor rewards, int group, int maxEpochs = 8)
    {
        Tensor old;
        using (no_grad()) old = LogProbs(ids);
        var adv = new AdvantageEstimator().Estimate(rewards, group);
        for (var epoch = 0; epoch < maxEpochs; epoch++)
        {
            using var scope = NewDisposeScope();
            var (value, kl) = loss.Evaluate(LogProbs(ids), old, adv, mask);
            if (kl > targetKl)
            {
                Console.WriteLine($"stopping after {epoch} epochs, kl {kl:F4}");
                return epoch;
            }
            optimizer.zero_grad();
            value.backward();
            optimizer.step();
        }
        return maxEpochs;
    }
}
