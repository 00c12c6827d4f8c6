// case: own.462
// expect: GRPO001, GRPO003
// shape: top-level notebook, German, ragged list of completions, LINQ, leave-one-out baseline
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

// --- Zelle 1: Modell ------------------------------------------------------
const int Vokabular = 512;
const int GruppenGroesse = 6;
var modell = nn.Sequential(
    ("einbettung", nn.Embedding(Vokabular, 64)),
    ("schicht", nn.Linear(64, 128)),
    ("akt", nn.GELU()),
    ("kopf", nn.Linear(128, Vokabular)));
var optimierer = optim.Adam(modell.parameters(), lr: 3e-5);
var zufall = new Random(7);

// --- Zelle 2: Hilfsfunktionen --------------------------------------------
Tensor LogWahrscheinlichkeit(Tensor folge)
{
    var logits = modell.call(folge[..^1]);
    return logits.log_softmax(1).gather(1, folge[1..].unsqueeze(1)).squeeze(1)[1..];   // ohne Anfang
}

Tensor Erzeuge(Tensor anfang, int laenge)
{
    using var _ = no_grad();
    var folge = anfang;
    for (int i = 0; i < laenge; i++)
    {
        var p = modell.call(folge[^1].unsqueeze(0)).softmax(-1);
        folge = cat(new[] { folge, p.multinomial(1).squeeze(0) });
    }
    return folge;
}

float Bewerte(Tensor folge) =>
    folge.data<long>().ToArray().Distinct().Count() / (float)folge.shape[0];

float[] OhneEigenen(float[] b) =>
    b.Select(x => x - (b.Sum() - x) / (b.Length - 1)).ToArray();

// --- Zelle 3: Training ----------------------------------------------------
for (int runde = 0; runde < 200; runde++)
{
    using var bereich = NewDisposeScope();
    var anfang = tensor(new long[] { zufall.Next(Vokabular), zufall.Next(Vokabular) });
    List<Tensor> folgen = Enumerable.Range(0, GruppenGroesse)
        .Select(_ => Erzeuge(anfang, zufall.Next(8, 40)))
        .ToList();

    List<Tensor> alteLogW;
    using (no_grad())
        alteLogW = folgen.Select(f => LogWahrscheinlichkeit(f).detach()).ToList();

    var vorteile = OhneEigenen(folgen.Select(Bewerte).ToArray());

    for (int durchgang = 0; durchgang < 3; durchgang++)
    {
        var verluste = folgen.Select((folge, i) =>
        {
            var verhaeltnis = exp(LogWahrscheinlichkeit(folge) - alteLogW[i]);
            var a = verhaeltnis * vorteile[i];
            var b = verhaeltnis.clamp(0.8, 1.2) * vorteile[i];
            return -{|GRPO001:(minimum(a, b).mean())|};
        }).ToArray();

        var verlust = stack(verluste).mean();
        optimierer.zero_grad();
        verlust.backward();
        {|GRPO003:optimierer.step()|};
    }

    if (runde % 20 == 0)
        Console.WriteLine($"Runde {runde}: Belohnung {folgen.Average(Bewerte):F3}");
}
