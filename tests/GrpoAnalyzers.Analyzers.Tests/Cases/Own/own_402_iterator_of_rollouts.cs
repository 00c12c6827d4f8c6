// case: own.402
// expect: none
// shape: an iterator samples a new rollout in each round, once used
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

sealed record Rollout(Tensor Ids, Tensor Real, Tensor Old, Tensor Worth);

abstract class Sampler
{
    public abstract (Tensor Ids, Tensor Real, Tensor Rewards) Sample();
}

sealed class OnlineTrainer(nn.Module<Tensor, Tensor> policy, Sampler sampler)
{
    private readonly optim.Optimizer adam = optim.AdamW(policy.parameters(), 1e-6);

    private Tensor LogProbs(Tensor ids) => policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    private IEnumerable<Rollout> Rollouts(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var (ids, real, rewards) = sampler.Sample();
            using var off = no_grad();
            yield return new Rollout(ids, real, LogProbs(ids), (rewards - rewards.mean()).unsqueeze(1));
        }
    }

    public void Train()
    {
        foreach (var rollout in Rollouts(1000))
        {
            var ratio = (LogProbs(rollout.Ids) - rollout.Old).exp();
            var gain = minimum(ratio * rollout.Worth, ratio.clamp(0.8, 1.2) * rollout.Worth);
            var loss = -(gain * rollout.Real).sum() / rollout.Real.sum();
            adam.zero_grad();
            loss.backward();
            adam.step();
        }
    }
}
