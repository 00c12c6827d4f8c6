// case: C1.18
// expect: GRPO001
// shape: cross_entropy with its default mean reduction per sequence, times the advantage, added up
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace CeRoute;

public class CeTrainer
{
    private readonly Module<Tensor, Tensor> gpt;
    private readonly optim.Optimizer optimizer;

    public CeTrainer(Module<Tensor, Tensor> gpt)
    {
        this.gpt = gpt;
        optimizer = optim.AdamW(gpt.parameters(), lr: 3e-5, weight_decay: 0.01);
    }

    public float Step(List<Tensor> inputs, List<Tensor> targets, List<float> rewards)
    {
        var center = rewards.Sum() / rewards.Count;
        var total = torch.tensor(0f);
        for (int i = 0; i < inputs.Count; i++)
        {
            var logits = gpt.call(inputs[i].unsqueeze(0)).squeeze(0);
            var ce = {|GRPO001:functional.cross_entropy(logits, targets[i], reduction: Reduction.Mean)|};
            total = total + ce * (rewards[i] - center);
        }

        var loss = total / inputs.Count;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.ToSingle();
    }
}
