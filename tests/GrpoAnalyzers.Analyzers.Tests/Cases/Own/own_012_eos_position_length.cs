// case: own.012
// expect: GRPO001
// shape: the length is the position of the first end token, not a mask sum
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class EosTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private const long Eos = 2;

    public EosTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = torch.optim.AdamW(model.parameters(), lr: 1e-6);
    }

    public void Update(Tensor completions, Tensor oldLogps, Tensor rewards, int g)
    {
        var steps = arange(completions.shape[1]).unsqueeze(0);
        var firstEos = completions.eq(Eos).to_type(ScalarType.Int64).argmax(1) + 1;
        var active = steps.lt(firstEos.unsqueeze(1)).to_type(ScalarType.Float32);
        var byPrompt = rewards.view(-1, g);
        var advantage = (byPrompt - byPrompt.mean(new long[] { 1 }, true)).view(-1, 1);
        var lp = model.call(completions).log_softmax(-1).gather(-1, completions.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - oldLogps).exp();
        var best = torch.min(ratio * advantage, ratio.clamp(1 - 0.2, 1 + 0.2) * advantage);
        var seq = best.mul(active).sum(1);
        var loss = -({|GRPO001:seq / firstEos.to_type(ScalarType.Float32)|}).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
