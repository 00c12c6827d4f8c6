// case: own.399
// expect: none
// shape: German naming, detached clipped weights times log-prob over several rounds, token mean, centring only
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Kundendialog
{
    public sealed class Beitrag
    {
        public long[] Woerter = Array.Empty<long>();
        public float Note;
        public int Frage;
    }

    public sealed class Auffueller
    {
        public Tensor Kennungen { get; }
        public Tensor Maske { get; }

        public Auffueller(List<Beitrag> beitraege)
        {
            int breite = beitraege.Max(b => b.Woerter.Length);
            long[] kennungen = new long[beitraege.Count * breite];
            float[] maske = new float[beitraege.Count * breite];
            for (int zeile = 0; zeile < beitraege.Count; zeile++)
            {
                for (int spalte = 0; spalte < beitraege[zeile].Woerter.Length; spalte++)
                {
                    kennungen[zeile * breite + spalte] = beitraege[zeile].Woerter[spalte];
                    maske[zeile * breite + spalte] = 1f;
                }
            }
            Kennungen = tensor(kennungen).view(beitraege.Count, breite);
            Maske = tensor(maske).view(beitraege.Count, breite);
        }
    }

    public sealed class Lernschleife
    {
        private readonly nn.Module<Tensor, Tensor> sprachmodell;
        private readonly optim.Optimizer optimierer;
        private readonly int runden;

        public Lernschleife(nn.Module<Tensor, Tensor> sprachmodell, int runden = 4)
        {
            this.sprachmodell = sprachmodell;
            this.runden = runden;
            optimierer = optim.Adam(sprachmodell.parameters(), 1e-5);
        }

        private static float[] Vorteile(List<Beitrag> beitraege)
        {
            Dictionary<int, float> mittel = beitraege
                .GroupBy(b => b.Frage)
                .ToDictionary(g => g.Key, g => g.Average(b => b.Note));
            return beitraege.Select(b => b.Note - mittel[b.Frage]).ToArray();
        }

        private Tensor LogWahrscheinlichkeit(Tensor kennungen)
        {
            long n = kennungen.shape[1] - 1;
            Tensor logits = sprachmodell.call(kennungen.narrow(1, 0, n));
            return logits.log_softmax(2).gather(2, kennungen.narrow(1, 1, n).unsqueeze(2)).squeeze(2);
        }

        public void Lerne(List<Beitrag> beitraege)
        {
            Auffueller stapel = new Auffueller(beitraege);
            Tensor maske = stapel.Maske.narrow(1, 1, stapel.Maske.shape[1] - 1);
            Tensor vorteile = tensor(Vorteile(beitraege)).unsqueeze(1);
            Tensor alt;
            using (no_grad())
            {
                alt = LogWahrscheinlichkeit(stapel.Kennungen);
            }

            for (int runde = 0; runde < runden; runde++)
            {
                using var bereich = NewDisposeScope();
                Tensor neu = LogWahrscheinlichkeit(stapel.Kennungen);
                // CISPO: das begrenzte Verhaeltnis ist nur ein Gewicht, kein Gradient wird abgeschnitten
                Tensor gewicht = ((neu - alt) * maske).exp().clamp_max(2.0).detach();
                Tensor ziel = gewicht * vorteile * neu * maske;
                Tensor verlust = -ziel.sum() / maske.sum();
                optimierer.zero_grad();
                verlust.backward();
                optimierer.step();
            }
        }
    }
}
