// case: own.359
// expect: GRPO001, GRPO002
// shape: ragged list of completions, floats that become advantages, German names, REINFORCE
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Uebersetzung;

/// <summary>Eine gesampelte Übersetzung eines Quellsatzes.</summary>
public sealed class Uebersetzungsversuch
{
    public required long[] Quelle { get; init; }
    public required long[] Ziel { get; init; }
    public float Bleu { get; set; }
}

public abstract class Sprachmodell : nn.Module<Tensor, Tensor>
{
    protected Sprachmodell(string name) : base(name) { }
    public abstract List<Uebersetzungsversuch> Ziehe(long[] quelle, int anzahl);
}

public static class Statistik
{
    public static (float Mittel, float Streuung) Von(IReadOnlyList<float> werte)
    {
        var mittel = werte.Average();
        var varianz = werte.Sum(w => (w - mittel) * (w - mittel)) / werte.Count;
        return (mittel, MathF.Sqrt(varianz));
    }
}

public sealed class Lernschleife
{
    private readonly Sprachmodell _modell;
    private readonly optim.Optimizer _optimierer;
    private const int ProSatz = 6;

    public Lernschleife(Sprachmodell modell, double lernrate = 2e-6)
    {
        _modell = modell;
        _optimierer = optim.Adam(modell.parameters(), lernrate);
    }

    public void Lerne(IEnumerable<long[]> saetze, Func<Uebersetzungsversuch, float> bewerte)
    {
        foreach (var satz in saetze)
        {
            using var bereich = NewDisposeScope();
            var versuche = _modell.Ziehe(satz, ProSatz);
            versuche.ForEach(v => v.Bleu = bewerte(v));

            var (mittel, streuung) = Statistik.Von(versuche.Select(v => v.Bleu).ToList());
            var vorteile = versuche.Select(v => {|GRPO002:(v.Bleu - mittel) / (streuung + 1e-4f)|}).ToArray();

            _optimierer.zero_grad();
            var verluste = new List<Tensor>();
            for (var i = 0; i < versuche.Count; i++)
            {
                var logp = LogWahrscheinlichkeit(versuche[i]);
                var beitrag = {|GRPO001:logp.sum() / versuche[i].Ziel.Length|};
                verluste.Add(-vorteile[i] * beitrag);
            }
            stack(verluste).mean().backward();
            nn.utils.clip_grad_norm_(_modell.parameters(), 0.5);
            _optimierer.step();
            Console.WriteLine($"BLEU {mittel:F2} ± {streuung:F2}");
        }
    }

    private Tensor LogWahrscheinlichkeit(Uebersetzungsversuch v)
    {
        var alle = v.Quelle.Concat(v.Ziel).ToArray();
        var eingabe = tensor(alle[..^1]).unsqueeze(0);
        var logits = _modell.forward(eingabe)[0];
        var hinten = logits.narrow(0, v.Quelle.Length - 1, v.Ziel.Length);
        var ziel = tensor(v.Ziel).unsqueeze(1);
        return nn.functional.log_softmax(hinten, 1).gather(1, ziel).squeeze(1);
    }
}
