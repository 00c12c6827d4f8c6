// case: C2.20
// expect: GRPO002
// shape: discounted returns of one trajectory normalised by their own std, REINFORCE with a sum over steps
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace PerTrajectory;

public class ReinforceAgent
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly float gamma;

    public ReinforceAgent(Module<Tensor, Tensor> policy, float gamma = 0.99f)
    {
        this.policy = policy;
        this.gamma = gamma;
        optimizer = optim.Adam(policy.parameters(), 1e-2);
    }

    public void FinishEpisodes(List<(Tensor States, Tensor Actions, float[] Rewards)> trajectories)
    {
        Tensor loss = torch.zeros(1);
        foreach (var (states, actions, rewards) in trajectories)
        {
            var returns = new float[rewards.Length];
            float g = 0;
            for (int t = rewards.Length - 1; t >= 0; t--)
                returns[t] = g = rewards[t] + gamma * g;
            var ret = torch.tensor(returns);
            ret = {|GRPO002:(ret - ret.mean()) / (ret.std() + 1e-8f)|};
            var lp = policy.call(states).log_softmax(-1).gather(1, actions.unsqueeze(1)).squeeze(1);
            loss = loss - (lp * ret).sum();
        }

        loss = loss / trajectories.Count;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
