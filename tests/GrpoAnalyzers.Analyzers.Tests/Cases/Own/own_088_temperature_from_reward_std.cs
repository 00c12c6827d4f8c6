// case: own.088
// expect: none
// shape: the reward spread only sets the sampling temperature of the next round
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class AdaptiveTemperature
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private double temperature = 1.0;

    public AdaptiveTemperature(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public Tensor Sample(Tensor prompt, int n)
    {
        using var guard = no_grad();
        var logits = model.call(prompt).select(1, -1) / temperature;
        return logits.softmax(-1).multinomial(n, replacement: true);
    }

    public void Step(Tensor ids, Tensor mask, Tensor rewards)
    {
        var spread = rewards.std().item<float>();
        temperature = Math.Clamp(temperature * 0.3 / (spread + 1e-3), 0.5, 1.5);
        var adv = (rewards - rewards.mean()).unsqueeze(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(adv * lp * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
