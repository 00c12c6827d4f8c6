// case: own.047
// expect: GRPO002
// shape: advantages through out parameters, the deviation through ref
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class OutTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public OutTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.Adam(model.parameters(), lr: 1e-6);
    }

    private static bool TryAdvantages(float[] scores, out float[] adv)
    {
        adv = new float[scores.Length];
        float mean = 0, dev = 0;
        Accumulate(scores, ref mean, ref dev);
        if (dev == 0)
        {
            return false;
        }

        for (var i = 0; i < scores.Length; i++)
        {
            adv[i] = scores[i] - mean;
            {|GRPO002:adv[i] /= dev|};
        }

        return true;
    }

    private static void Accumulate(float[] scores, ref float mean, ref float dev)
    {
        foreach (var s in scores)
        {
            mean += s;
        }

        mean /= scores.Length;
        foreach (var s in scores)
        {
            dev += (s - mean) * (s - mean);
        }

        dev = MathF.Sqrt(dev / scores.Length);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, float[] scores)
    {
        if (!TryAdvantages(scores, out var adv))
        {
            return;
        }

        var a = tensor(adv).unsqueeze(1);
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var r = (lp - old).exp();
        var loss = -(minimum(r * a, r.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
