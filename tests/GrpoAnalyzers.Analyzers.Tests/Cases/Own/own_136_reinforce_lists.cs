// case: own.136
// expect: GRPO001
// shape: token losses in a list, stacked and averaged for each episode
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Probe09;

public sealed class ReinforceAgent
{
    private readonly nn.Module<Tensor, Tensor> pi;
    private readonly optim.Optimizer sgd;
    private readonly optim.Optimizer adam;
    private readonly bool useAdam;

    public ReinforceAgent(nn.Module<Tensor, Tensor> pi, bool useAdam = true)
    {
        this.pi = pi;
        this.useAdam = useAdam;
        sgd = optim.SGD(pi.parameters(), 0.1);
        adam = optim.Adam(pi.parameters(), 1e-4);
    }

    public void Train(IReadOnlyList<(Tensor[] States, Tensor[] Actions, float Score)> episodes)
    {
        var scores = episodes.Select(e => e.Score).ToArray();
        var baseline = scores.Average();
        var losses = new List<Tensor>();
        foreach (var (states, actions, score) in episodes)
        {
            var terms = new List<Tensor>();
            for (int t = 0; t < states.Length; t++)
            {
                var lp = pi.call(states[t]).log_softmax(-1).gather(-1, actions[t].unsqueeze(-1)).squeeze(-1);
                terms.Add(-lp * (score - baseline));
            }

            losses.Add({|GRPO001:stack(terms).mean()|});
        }

        var loss = stack(losses).sum() / episodes.Count;
        var o = useAdam ? adam : sgd;
        o.zero_grad();
        loss.backward();
        o.step();
    }
}
