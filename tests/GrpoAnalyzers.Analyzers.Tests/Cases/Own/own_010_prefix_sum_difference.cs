// case: own.010
// expect: GRPO001
// shape: segment sums as differences of a cumulative sum at the sequence ends
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class CumsumTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimiser;

    public CumsumTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimiser = optim.Adam(lm.parameters(), lr: 3e-6);
    }

    public void Fit(Tensor flatIds, Tensor starts, Tensor ends, Tensor flatOld, Tensor rewards)
    {
        var lengths = (ends - starts).to_type(ScalarType.Float32);
        var centred = rewards - rewards.mean();
        var perToken = centred.repeat_interleave(ends - starts, 0);
        var lp = lm.call(flatIds).log_softmax(-1).gather(-1, flatIds.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - flatOld).exp();
        var clipped = ratio.clamp(0.8f, 1.2f);
        var gain = minimum(ratio * perToken, clipped * perToken);
        var running = cat(new[] { zeros(1), gain.cumsum(0) }, 0);
        var totals = running.index_select(0, ends) - running.index_select(0, starts);
        var means = {|GRPO001:totals / lengths|};
        var loss = -means.sum() / rewards.shape[0];
        optimiser.zero_grad();
        loss.backward();
        optimiser.step();
    }
}
