// case: own.410
// expect: GRPO002, GRPO003
// shape: functional, records, LINQ, expression bodies; token mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Haiku;

public record Poem(long[] Ids, int Start, float[] Behaviour, float Syllables, float Taste);
public record Judged(Poem Poem, float Advantage);
public record Settings(int Iterations = 4, double Low = 0.8, double High = 1.2);

public static class Judge
{
    public static float Reward(Poem p) => p switch
    {
        { Syllables: 17 } => p.Taste + 1f,
        { Syllables: > 14 and < 20 } => p.Taste,
        _ => 0f,
    };

    static double Spread(IReadOnlyCollection<float> xs) =>
        Math.Sqrt(xs.Select(x => Math.Pow(x - xs.Average(), 2)).Average());

    // the poems written to one theme are compared with each other
    public static IEnumerable<Judged> Theme(IReadOnlyList<Poem> poems)
    {
        var scores = poems.Select(Reward).ToList();
        var (centre, spread) = (scores.Average(), Spread(scores));
        return poems.Zip(scores, (p, s) => new Judged(p, (float)({|GRPO002:(s - centre) / (spread + 1e-5)|})));
    }
}

public sealed class Workshop
{
    private readonly nn.Module<Tensor, Tensor> _poet;
    private readonly optim.Optimizer _adam;
    private readonly Settings _settings;

    public Workshop(nn.Module<Tensor, Tensor> poet, Settings settings) =>
        (_poet, _settings, _adam) = (poet, settings, optim.Adam(poet.parameters(), lr: 5e-6));

    private Tensor LogProbs(Poem p) =>
        _poet.call(tensor(p.Ids).unsqueeze(0))[0]
            .narrow(0, p.Start - 1, p.Behaviour.Length)
            .log_softmax(-1)
            .gather(1, tensor(p.Ids).narrow(0, p.Start, p.Behaviour.Length).unsqueeze(1))
            .squeeze(1);

    private Tensor Surrogate(Judged j) =>
        (LogProbs(j.Poem) - tensor(j.Poem.Behaviour)).exp() is var ratio
            ? torch.min(ratio * j.Advantage, ratio.clamp(_settings.Low, _settings.High) * j.Advantage)
            : throw new InvalidOperationException();

    private Tensor Loss(IReadOnlyList<Judged> judged) =>
        -cat(judged.Select(Surrogate).ToArray(), 0).mean();

    public float Learn(IEnumerable<IReadOnlyList<Poem>> themes)
    {
        var judged = themes.SelectMany(Judge.Theme).ToList();
        return Enumerable.Range(0, _settings.Iterations).Select(_ => Step(judged)).ToList().Last();
    }

    private float Step(IReadOnlyList<Judged> judged)
    {
        using var scope = NewDisposeScope();
        _adam.zero_grad();
        var loss = Loss(judged);
        loss.backward();
        {|GRPO003:_adam.step()|};
        return loss.ToSingle();
    }
}
