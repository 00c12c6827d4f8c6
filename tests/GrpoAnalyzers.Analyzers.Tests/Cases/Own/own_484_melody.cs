// case: own.484
// expect: GRPO001
// shape: music motif generator, ragged arrays, extension method, C# lambda loss, single update, centred only
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Motif;

public sealed class Phrase
{
    public long[] Seed = Array.Empty<long>();
    public long[] Notes = Array.Empty<long>();
    public float Consonance;
}

public static class PhraseExtensions
{
    public static Tensor NoteLogLikelihoods(this nn.Module<Tensor, Tensor> composer, Phrase p)
    {
        var all = p.Seed.Concat(p.Notes).ToArray();
        using var input = tensor(all[..^1]).unsqueeze(0);
        var logits = composer.call(input).squeeze(0);
        var tail = logits.narrow(0, p.Seed.Length - 1, p.Notes.Length);
        return tail.log_softmax(-1).gather(-1, tensor(p.Notes).unsqueeze(-1)).squeeze(-1);
    }

    public static float Mean(this IEnumerable<Phrase> ps) => ps.Average(p => p.Consonance);
}

public sealed class ComposerTrainer
{
    private readonly nn.Module<Tensor, Tensor> composer;
    private readonly optim.Optimizer adam;

    public ComposerTrainer(nn.Module<Tensor, Tensor> composer)
    {
        this.composer = composer;
        adam = optim.NAdam(composer.parameters(), lr: 1e-4);
    }

    public float Improve(IReadOnlyList<Phrase> variations)
    {
        using var scope = NewDisposeScope();
        var baseline = variations.Mean();

        Func<Phrase, Tensor> score = p =>
        {
            var ll = composer.NoteLogLikelihoods(p);
            var gain = p.Consonance - baseline;
            return {|GRPO001:ll.sum() * gain / p.Notes.Length|};
        };

        adam.zero_grad();
        var loss = stack(variations.Select(score).ToArray()).mean().neg();
        loss.backward();
        adam.step();
        return baseline;
    }

    public void Practise(IEnumerable<long[]> seeds, Func<long[], int, List<Phrase>> improvise, int variations = 10)
    {
        var n = 0;
        foreach (var seed in seeds)
        {
            var mean = Improve(improvise(seed, variations));
            if (++n % 20 == 0) Console.WriteLine($"{n,6} consonance {mean:0.000}");
        }
    }
}
