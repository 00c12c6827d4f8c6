// case: own.437
// expect: GRPO001, GRPO002
// shape: one backward per completion (gradient accumulation), mean over own tokens, single step, no clipping
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Bewertung;

// Kommentare zu Pull-Requests: Policy-Gradient mit Gruppenbaseline
public record Kommentar(long[] Prompt, long[] Antwort, double Belohnung);

public static class Statistik
{
    public static double Mittel(IReadOnlyCollection<double> xs) => xs.Sum() / xs.Count;

    public static double Streuung(IReadOnlyCollection<double> xs)
    {
        var m = Mittel(xs);
        return Math.Sqrt(xs.Sum(x => Math.Pow(x - m, 2)) / (xs.Count - 1));
    }

    public static IEnumerable<double> Vorteile(IReadOnlyCollection<double> xs)
    {
        double m = Mittel(xs), s = Streuung(xs);
        foreach (var x in xs)
            yield return {|GRPO002:(x - m) / (s + 1e-4)|};
    }
}

public sealed class ReviewLerner
{
    readonly nn.Module<Tensor, Tensor> modell;
    readonly optim.Optimizer optimierer;

    public ReviewLerner(nn.Module<Tensor, Tensor> modell)
    {
        this.modell = modell;
        optimierer = optim.Adam(modell.parameters(), lr: 1e-6);
    }

    Tensor LogWahrscheinlichkeit(Kommentar k)
    {
        var ids = tensor(k.Prompt.Concat(k.Antwort).ToArray()).unsqueeze(0);
        var n = k.Antwort.Length;
        var logits = modell.forward(ids)[0];
        var antwortLogits = logits.narrow(0, k.Prompt.Length - 1, n);
        return antwortLogits.log_softmax(-1).gather(1, tensor(k.Antwort).unsqueeze(1)).squeeze(1);
    }

    public void Schritt(IReadOnlyList<Kommentar> gruppe)
    {
        var vorteile = Statistik.Vorteile(gruppe.Select(k => k.Belohnung).ToList()).ToArray();
        optimierer.zero_grad();
        for (var i = 0; i < gruppe.Count; i++)
        {
            using var bereich = NewDisposeScope();
            var lp = LogWahrscheinlichkeit(gruppe[i]);
            var verlust = -vorteile[i] * ({|GRPO001:lp.sum() / gruppe[i].Antwort.Length|}) / gruppe.Count;
            verlust.backward();
        }
        nn.utils.clip_grad_norm_(modell.parameters(), 1.0);
        optimierer.step();
    }

    public void Lernen(IEnumerable<IReadOnlyList<Kommentar>> gruppen)
    {
        var nr = 0;
        foreach (var g in gruppen)
        {
            Schritt(g);
            if (++nr % 10 == 0)
                Console.WriteLine($"{nr}: Mittel {g.Average(k => k.Belohnung):f3}, Länge {g.Average(k => k.Antwort.Length):f1}");
        }
    }
}
