// case: own.114
// expect: none
// shape: the spread of a group only sets how often its prompt is drawn; the update is centred
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class PromptSampler
{
    private readonly Dictionary<int, double> weight = new();
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public PromptSampler(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public int Next(Random random)
    {
        var total = weight.Values.Sum();
        var pick = random.NextDouble() * total;
        foreach (var (id, w) in weight)
        {
            pick -= w / total;
            if (pick <= 0)
            {
                return id;
            }
        }

        return weight.Keys.Last();
    }

    public void Step(int prompt, Tensor ids, Tensor mask, float[] rewards)
    {
        var mean = rewards.Average();
        var std = Math.Sqrt(rewards.Average(r => (r - mean) * (r - mean)));
        weight[prompt] = 0.1 + std;
        var adv = tensor(rewards.Select(r => r - mean).ToArray()).unsqueeze(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(adv * lp * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
