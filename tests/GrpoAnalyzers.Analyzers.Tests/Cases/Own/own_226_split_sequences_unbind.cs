// case: own.226
// expect: GRPO001, GRPO002
// shape: unbind over rows, boolean masks, group slices with index arithmetic
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class UnbindTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly int g;

    public UnbindTrainer(nn.Module<Tensor, Tensor> lm, int g)
    {
        this.lm = lm;
        this.g = g;
        optimizer = optim.NAdam(lm.parameters(), lr: 1e-6);
    }

    private float[] Signal(float[] rewards)
    {
        var signal = new float[rewards.Length];
        for (var prompt = 0; prompt < rewards.Length / g; prompt++)
        {
            var own = new ArraySegment<float>(rewards, prompt * g, g);
            var mean = own.Average();
            var dev = MathF.Sqrt(own.Select(r => MathF.Pow(r - mean, 2)).Sum() / (g - 1));
            for (var i = 0; i < g; i++)
                signal[prompt * g + i] = {|GRPO002:(own[i] - mean) / (dev + 1e-4f)|};
        }

        return signal;
    }

    public void Step(Tensor ids, Tensor keep, float[] rewards)
    {
        var signal = Signal(rewards);
        var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var losses = lp.unbind(0).Zip(keep.unbind(0), (row, k) => row.masked_select(k))
            .Select((tokens, i) => {|GRPO001:tokens.mean()|} * -signal[i])
            .ToArray();
        var loss = stack(losses).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
