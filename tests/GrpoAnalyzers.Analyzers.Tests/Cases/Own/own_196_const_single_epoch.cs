// case: own.196
// expect: none
// shape: clipped surrogate in a loop whose bound is a constant of one, token mean with clamp, batch accumulate
using System;
using TorchSharp;
using static TorchSharp.torch;

public static class Defaults
{
    public const int PpoEpochs = 1;
    public const double Clip = 0.2;
}

public class OneEpochTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public OneEpochTrainer(nn.Module<Tensor, Tensor> lm) => (this.lm, optimizer) = (lm, optim.Adam(lm.parameters(), 1e-6));

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var adv = (rewards - rewards.mean()).unsqueeze(1);
        for (var epoch = 0; epoch < Defaults.PpoEpochs; epoch++)
        {
            var total = mask.sum().clamp_min(1);
            optimizer.zero_grad();
            for (var start = 0L; start < ids.shape[0]; start += 4)
            {
                using var scope = NewDisposeScope();
                var n = Math.Min(4, ids.shape[0] - start);
                var x = ids.narrow(0, start, n);
                var m = mask.narrow(0, start, n);
                var a = adv.narrow(0, start, n);
                var lp = lm.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
                var ratio = (lp - old.narrow(0, start, n)).exp();
                var part = -(minimum(ratio * a, ratio.clamp(1 - Defaults.Clip, 1 + Defaults.Clip) * a) * m).sum() / total;
                part.backward();
            }

            optimizer.step();
        }
    }
}
