// case: own.486
// expect: GRPO001, GRPO002
// shape: packed sequences with cu_seqlens, German naming, one update per rollout
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Anamnese;

/// <summary>Alle Antworten liegen hintereinander in einem Vektor; Grenzen[i]..Grenzen[i+1] ist Antwort i.</summary>
public sealed class Stapel
{
    public required Tensor Token { get; init; }
    public required Tensor Ziel { get; init; }
    public required long[] Grenzen { get; init; }
    public required float[] Belohnung { get; init; }
    public int Anzahl => Grenzen.Length - 1;
}

public sealed class Lernlauf
{
    private readonly nn.Module<Tensor, Tensor> netz;
    private readonly optim.Optimizer optimierer;
    private const int Gruppe = 8;

    public Lernlauf(nn.Module<Tensor, Tensor> netz)
    {
        this.netz = netz;
        optimierer = optim.RAdam(netz.parameters(), lr: 2e-6);
    }

    private static float[] Vorteile(float[] belohnung)
    {
        var ergebnis = new float[belohnung.Length];
        for (int start = 0; start < belohnung.Length; start += Gruppe)
        {
            var teil = belohnung.AsSpan(start, Gruppe);
            double summe = 0, quadrate = 0;
            foreach (var b in teil) summe += b;
            var mittel = summe / Gruppe;
            foreach (var b in teil) quadrate += (b - mittel) * (b - mittel);
            var streuung = Math.Sqrt(quadrate / (Gruppe - 1));
            for (int j = 0; j < Gruppe; j++)
                ergebnis[start + j] = (float)({|GRPO002:(teil[j] - mittel) / (streuung + 1e-4)|});
        }
        return ergebnis;
    }

    private Tensor Verlust(Stapel s)
    {
        var logits = netz.call(s.Token.unsqueeze(0)).squeeze(0);
        var logp = nn.functional.log_softmax(logits, 1).gather(1, s.Ziel.unsqueeze(1)).squeeze(1);
        var vorteile = Vorteile(s.Belohnung);
        var teile = new List<Tensor>(s.Anzahl);
        for (int i = 0; i < s.Anzahl; i++)
        {
            var laenge = s.Grenzen[i + 1] - s.Grenzen[i];
            var abschnitt = logp.narrow(0, s.Grenzen[i], laenge);
            teile.Add({|GRPO001:(abschnitt * vorteile[i]).sum() / (float)laenge|});
        }
        return -stack(teile).mean();
    }

    public void Lerne(IEnumerable<Stapel> quelle)
    {
        foreach (var s in quelle)
        {
            using var bereich = NewDisposeScope();
            var verlust = Verlust(s);
            optimierer.zero_grad();
            verlust.backward();
            nn.utils.clip_grad_norm_(netz.parameters(), 0.5);
            optimierer.step();
            Console.WriteLine($"Belohnung {s.Belohnung.Average():0.00}, Token {s.Token.numel()}");
        }
    }
}
