// case: held.013
// expect: GRPO001
// shape: the policy term is advantage times the completion's average log-likelihood by cross entropy
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class AvgNllTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public AvgNllTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.Adam(lm.parameters(), lr: 1e-5);
    }

    public void Epoch(IEnumerable<(Tensor ids, Tensor targets, float reward)[]> prompts)
    {
        foreach (var prompt in prompts)
        {
            var baseline = prompt.Average(p => p.reward);
            var terms = new List<Tensor>();
            foreach (var (ids, targets, reward) in prompt)
            {
                var logits = lm.call(ids.unsqueeze(0)).squeeze(0);
                var nll = {|GRPO001:nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.Mean)|};
                terms.Add(nll * (reward - baseline));
            }

            var loss = stack(terms).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
