// case: C1.11
// expect: GRPO001
// shape: a running loss to which each sequence adds its token mean over n; REINFORCE without ratio
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Running;

public class RunningLoss
{
    private readonly Module<Tensor, Tensor> agent;
    private readonly optim.Optimizer optimizer;

    public RunningLoss(Module<Tensor, Tensor> agent)
    {
        this.agent = agent;
        optimizer = optim.AdamW(agent.parameters(), 1e-4, eps: 1e-8);
    }

    public void Learn(List<Tensor> sequences, float[] rewards)
    {
        float mean = 0f;
        foreach (var r in rewards) mean += r;
        mean /= rewards.Length;

        int n = sequences.Count;
        Tensor loss = torch.zeros(1);
        for (int i = 0; i < n; i++)
        {
            var ids = sequences[i];
            var logp = functional.log_softmax(agent.call(ids.unsqueeze(0)), -1).squeeze(0);
            var chosen = logp.gather(1, ids.unsqueeze(1)).squeeze(1);
            var tokLoss = -(rewards[i] - mean) * chosen;
            loss = loss + {|GRPO001:tokLoss.mean()|} / n;
        }

        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
