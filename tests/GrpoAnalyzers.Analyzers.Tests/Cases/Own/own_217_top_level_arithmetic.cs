// case: own.217
// expect: GRPO001, GRPO002, GRPO003
// shape: top-level program with classes at the end, digits task, static imports of nn and optim
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.optim;

var rng = new Random(1);
var net = Sequential(Embedding(16, 48), Linear(48, 48), ReLU(), Linear(48, 16));
var adam = Adam(net.parameters(), lr: 1e-3);
var updatesPerRollout = args.Length > 0 ? int.Parse(args[0]) : 4;

for (var iteration = 0; iteration < 100; iteration++)
{
    var episodes = Enumerable.Range(0, 8).Select(_ => Play()).ToList();
    var mean = episodes.Average(e => e.Reward);
    var std = Math.Sqrt(episodes.Average(e => (e.Reward - mean) * (e.Reward - mean)));
    foreach (var e in episodes)
        e.Advantage = {|GRPO002:(e.Reward - mean) / (std + 1e-4)|};

    for (var u = 0; u < updatesPerRollout; u++)
    {
        adam.zero_grad();
        foreach (var e in episodes)
        {
            using var scope = NewDisposeScope();
            var lp = LogProb(e.Digits);
            var ratio = (lp - tensor(e.LogProbs)).exp();
            var gain = minimum(ratio * e.Advantage, ratio.clamp(0.8, 1.2) * e.Advantage);
            var loss = {|GRPO001:-gain.mean()|} / episodes.Count;
            loss.backward();
        }

        {|GRPO003:adam.step()|};
    }
}

Tensor LogProb(long[] digits)
{
    var ids = tensor(digits);
    return net.call(ids).log_softmax(-1).gather(1, ids.roll(-1).unsqueeze(1)).squeeze(1);
}

Episode Play()
{
    var digits = new List<long> { rng.Next(10) };
    while (digits.Count < 12 && rng.NextDouble() > 0.1)
        digits.Add(rng.Next(10));
    using var guard = no_grad();
    var lp = LogProb(digits.ToArray()).data<float>().ToArray();
    return new Episode { Digits = digits.ToArray(), LogProbs = lp, Reward = digits.Sum() % 7 == 0 ? 1 : 0 };
}

public class Episode
{
    public long[] Digits { get; init; } = [];
    public float[] LogProbs { get; init; } = [];
    public double Reward { get; init; }
    public double Advantage { get; set; }
}
