// case: own.043
// expect: GRPO003
// shape: clip fraction goes to a metrics dictionary, update helper returns it, caller ignores it
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class MetricsTrainer
{
    private readonly nn.Module<Tensor, Tensor> pi;
    private readonly optim.Optimizer optimizer;
    private readonly Dictionary<string, List<float>> history = new();

    public MetricsTrainer(nn.Module<Tensor, Tensor> pi)
    {
        this.pi = pi;
        optimizer = optim.AdamW(pi.parameters(), lr: 1e-4);
    }

    private (float loss, float clipFraction) Minibatch(Tensor s, Tensor a, Tensor lp, Tensor adv)
    {
        var now = pi.call(s).log_softmax(-1).gather(-1, a.unsqueeze(-1)).squeeze(-1);
        var ratio = (now - lp).exp();
        var outside = (ratio - 1).abs().gt(0.2).to_type(ScalarType.Float32).mean();
        var loss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
        return (loss.item<float>(), outside.item<float>());
    }

    public void Train(List<(Tensor s, Tensor a, Tensor lp, Tensor adv)> data, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            foreach (var (s, a, lp, adv) in data)
            {
                var (loss, fraction) = Minibatch(s, a, lp, adv);
                if (!history.TryGetValue("clip", out var list))
                {
                    history["clip"] = list = new List<float>();
                }

                list.Add(fraction);
            }
        }
    }
}
