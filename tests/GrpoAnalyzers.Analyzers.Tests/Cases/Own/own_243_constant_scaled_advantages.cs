// case: own.243
// expect: none
// shape: advantages clipped and multiplied by a constant, token mean, one step a batch
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ConstantScale
{
    private const float Temperature = 0.5f;
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public ConstantScale(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor mask, float[] rewards)
    {
        var mean = rewards.Average();
        var adv = tensor(rewards.Select(r => Math.Clamp((r - mean) / Temperature, -2f, 2f)).ToArray()).unsqueeze(1);
        var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(lp * adv * mask).sum() / mask.sum().clamp_min(1);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
