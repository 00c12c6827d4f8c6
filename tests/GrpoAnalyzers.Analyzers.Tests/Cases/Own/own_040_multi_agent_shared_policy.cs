// case: own.040
// expect: GRPO003
// shape: shared policy for several agents, loops over agents inside epochs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class MappoTrainer
{
    public sealed record AgentBatch(Tensor Obs, Tensor Legal, Tensor Actions, Tensor LogProbs, Tensor Advantages, Tensor Alive);

    private readonly nn.Module<Tensor, Tensor> shared;
    private readonly optim.Optimizer optimizer;

    public int PpoEpoch { get; set; } = 15;

    public MappoTrainer(nn.Module<Tensor, Tensor> shared)
    {
        this.shared = shared;
        optimizer = optim.Adam(shared.parameters(), lr: 5e-4, eps: 1e-5);
    }

    public void Train(Dictionary<string, AgentBatch> agents)
    {
        for (var epoch = 0; epoch < PpoEpoch; epoch++)
        {
            foreach (var (name, b) in agents)
            {
                var all = shared.call(b.Obs).masked_fill(b.Legal.eq(0), -1e9).log_softmax(-1);
                var lp = all.gather(-1, b.Actions.unsqueeze(-1)).squeeze(-1);
                var entropy = -(all.exp() * all).sum(-1);
                var importance = exp(lp - b.LogProbs);
                var s1 = importance * b.Advantages;
                var s2 = clamp(importance, 0.8, 1.2) * b.Advantages;
                var loss = ((-torch.min(s1, s2) - 0.01 * entropy) * b.Alive).sum() / b.Alive.sum();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
