// case: held.028
// expect: GRPO002
// shape: control REINFORCE over several trajectories, each trajectory's reward-to-go standardised by its own std
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class PerTrajectoryReinforce
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public PerTrajectoryReinforce(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.Adam(net.parameters(), lr: 1e-3);
    }

    private static float[] RewardToGo(List<float> rewards, float gamma)
    {
        var g = new float[rewards.Count];
        var run = 0f;
        for (var t = rewards.Count - 1; t >= 0; t--)
        {
            run = rewards[t] + gamma * run;
            g[t] = run;
        }

        return g;
    }

    public void Learn(List<(List<float[]> states, List<long> actions, List<float> rewards)> trajectories)
    {
        var parts = new List<Tensor>();
        var steps = 0;
        foreach (var (states, actions, rewards) in trajectories)
        {
            var returns = tensor(RewardToGo(rewards, 0.99f));
            var scaled = {|GRPO002:(returns - returns.mean()) / (returns.std() + 1e-8)|};
            var obs = stack(states.Select(s => tensor(s)).ToList());
            var logp = net.call(obs).log_softmax(1).gather(1, tensor(actions.ToArray()).unsqueeze(1)).squeeze(1);
            parts.Add(-(scaled * logp).sum());
            steps += rewards.Count;
        }

        var loss = stack(parts).sum() / steps;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
