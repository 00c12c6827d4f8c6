// case: own.172
// expect: GRPO001, GRPO002
// shape: data preparation in floats divides each advantage by the deviation and then by the token count, token sum in the loss
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class Episode
{
    public List<long> Tokens { get; } = new();
    public List<float> Behaviour { get; } = new();
    public double Return { get; set; }
    public double Weight { get; set; }
}

public static class EpisodePreparation
{
    public static void Weigh(IList<Episode> siblings)
    {
        var mean = siblings.Average(e => e.Return);
        var std = Math.Sqrt(siblings.Average(e => Math.Pow(e.Return - mean, 2)));
        foreach (var e in siblings)
        {
            var a = {|GRPO002:(e.Return - mean) / (std + 1e-6)|};
            e.Weight = {|GRPO001:a / e.Tokens.Count|};
        }
    }
}

public class TextWorldTrainer
{
    private readonly nn.Module<Tensor, Tensor> gru;
    private readonly optim.Optimizer optimizer;

    public TextWorldTrainer(nn.Module<Tensor, Tensor> gru)
    {
        this.gru = gru;
        optimizer = optim.Adam(gru.parameters(), lr: 1e-5);
    }

    public void Train(Func<int, IList<Episode>> playSameWorld, int worlds)
    {
        for (var w = 0; w < worlds; w++)
        {
            var siblings = playSameWorld(w);
            EpisodePreparation.Weigh(siblings);
            optimizer.zero_grad();
            foreach (var e in siblings)
            {
                using var scope = NewDisposeScope();
                var ids = tensor(e.Tokens.ToArray());
                var lp = gru.call(ids).log_softmax(-1).gather(1, ids.unsqueeze(1)).squeeze(1);
                var ratio = exp(lp - tensor(e.Behaviour.ToArray()));
                var weight = (float)e.Weight;
                var loss = -min(ratio * weight, clamp(ratio, 0.8, 1.2) * weight).sum();
                loss.backward();
            }

            optimizer.step();
        }
    }
}
