// case: C4.20
// expect: none
// shape: the return of an episode is divided by its length (average-reward control)
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace AverageReward;

public class AverageRewardAgent
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public AverageRewardAgent(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-3);
    }

    public void Learn(List<(Tensor Obs, Tensor Actions, float[] Rewards)> episodes)
    {
        var gains = episodes.Select(e => e.Rewards.Sum() / e.Rewards.Length).ToArray();
        var baseline = gains.Average();
        var obs = torch.cat(episodes.Select(e => e.Obs).ToList(), 0);
        var act = torch.cat(episodes.Select(e => e.Actions).ToList(), 0);
        var adv = torch.tensor(episodes.SelectMany((e, i) => e.Rewards.Select(_ => gains[i] - baseline)).ToArray());
        var lp = policy.call(obs).log_softmax(1).gather(1, act.unsqueeze(1)).squeeze(1);
        var loss = -(lp * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
