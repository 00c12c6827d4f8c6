// case: own.072
// expect: none
// shape: average-reward control: an episode's return is divided by its number of steps before it becomes a reward signal
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class AverageReward
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private double runningRate;

    public AverageReward(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-3);
    }

    public void Learn(Tensor states, Tensor actions, float[] rewards)
    {
        var rate = rewards.Sum() / rewards.Length;
        runningRate = 0.95 * runningRate + 0.05 * rate;
        var differential = tensor(rewards.Select(r => (float)(r - runningRate)).ToArray());
        var toGo = differential.flip(0).cumsum(0).flip(0);
        var logp = policy.call(states).log_softmax(1).gather(1, actions.unsqueeze(1)).squeeze(1);
        var loss = -(toGo * logp).sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
