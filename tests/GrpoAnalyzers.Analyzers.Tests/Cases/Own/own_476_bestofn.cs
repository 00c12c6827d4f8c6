// case: own.476
// expect: none
// shape: German, rejection sampling followed by supervised training, length-normalised NLL
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Auslese
{
    public sealed record Kandidat(Tensor Ids, int PromptLaenge, double Punkte);

    public static class NllErweiterungen
    {
        public static Tensor NegativeLogLikelihood(this nn.Module<Tensor, Tensor> modell, Kandidat k)
        {
            var n = k.Ids.shape[0];
            var logits = modell.call(k.Ids.narrow(0, 0, n - 1).unsqueeze(0)).squeeze(0);
            var start = k.PromptLaenge - 1;
            var antwortLogits = logits.narrow(0, start, n - 1 - start);
            var ziele = k.Ids.narrow(0, k.PromptLaenge, n - k.PromptLaenge);
            var summe = nn.functional.cross_entropy(antwortLogits, ziele, reduction: nn.Reduction.Sum);
            return summe / (n - k.PromptLaenge);
        }
    }

    public sealed class BesteAuswahl
    {
        private readonly nn.Module<Tensor, Tensor> modell;
        private readonly Func<int, IReadOnlyList<Kandidat>> generator;
        private readonly optim.Optimizer adam;

        public BesteAuswahl(nn.Module<Tensor, Tensor> modell, Func<int, IReadOnlyList<Kandidat>> generator)
        {
            this.modell = modell;
            this.generator = generator;
            adam = optim.AdamW(modell.parameters(), lr: 1e-5, weight_decay: 0.01);
        }

        public void Trainiere(int runden, int proPrompt, int epochen)
        {
            for (var runde = 0; runde < runden; runde++)
            {
                var kandidaten = generator(proPrompt);
                var mittel = kandidaten.Average(k => k.Punkte);
                var streuung = Math.Sqrt(kandidaten.Average(k => Math.Pow(k.Punkte - mittel, 2)));
                var ausgewaehlt = kandidaten
                    .Where(k => (k.Punkte - mittel) / (streuung + 1e-6) > 1.0)
                    .ToList();
                if (ausgewaehlt.Count == 0) continue;

                for (var epoche = 0; epoche < epochen; epoche++)
                {
                    using var bereich = NewDisposeScope();
                    var verlust = stack(ausgewaehlt.Select(k => modell.NegativeLogLikelihood(k)).ToArray()).mean();
                    adam.zero_grad();
                    verlust.backward();
                    adam.step();
                }

                Console.WriteLine($"Runde {runde}: {ausgewaehlt.Count} Beispiele, Punkte {mittel:F2}");
            }
        }
    }
}
