// case: held.004
// expect: none
// shape: packed tokens with sequence ids, segment sums for a metric, loss over the number of packed tokens
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class PackedTokenMean
{
    private readonly nn.Module<Tensor, Tensor> core;
    private readonly optim.Optimizer optimizer;

    public PackedTokenMean(nn.Module<Tensor, Tensor> core)
    {
        this.core = core;
        optimizer = optim.AdamW(core.parameters(), lr: 1e-6);
    }

    public void Step(Tensor ids, Tensor seq, Tensor old, Tensor sequenceAdvantage, long sequences)
    {
        var adv = sequenceAdvantage.index_select(0, seq);
        var lp = core.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var gain = minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
        var loss = -gain.sum() / ids.shape[0];
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        using (no_grad())
        {
            var sums = zeros(sequences).index_add(0, seq, gain, 1);
            var counts = zeros(sequences).index_add(0, seq, ones_like(gain), 1);
            Console.WriteLine((sums / counts).mean().item<float>());
        }
    }
}
