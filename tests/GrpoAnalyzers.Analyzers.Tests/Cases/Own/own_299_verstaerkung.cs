// case: own.299
// expect: GRPO001, GRPO002, GRPO003
// shape: German names, list of answers of different length, minibatches by index shuffling, loss per answer appended to a list
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sprachlabor.Training
{
    public class Antwort
    {
        public Tensor Kennungen;          // [L]
        public int AbStelle;              // erste Stelle der Antwort
        public Tensor AlteLogWkt;         // [L - AbStelle]
        public float Belohnung;
        public float Vorteil;
    }

    public class Verstaerker
    {
        private const int Durchgaenge = 4;
        private const double Schranke = 0.2;
        private readonly Module<Tensor, Tensor> modell;
        private readonly TorchSharp.Modules.AdamW optimierer;
        private readonly Random zufall = new Random(17);

        public Verstaerker(Module<Tensor, Tensor> modell, double lernrate)
        {
            this.modell = modell;
            optimierer = torch.optim.AdamW(modell.parameters(), lernrate);
        }

        public void Trainiere(Func<Module<Tensor, Tensor>, List<List<Antwort>>> sammle, int runden)
        {
            for (int runde = 0; runde < runden; runde++)
            {
                List<List<Antwort>> gruppen = sammle(modell);
                foreach (var gruppe in gruppen)
                    BerechneVorteile(gruppe);
                using (torch.no_grad())
                    foreach (var a in gruppen.SelectMany(g => g))
                        a.AlteLogWkt = LogWkt(a);
                Aktualisiere(gruppen.SelectMany(g => g).ToList());
            }
        }

        private static void BerechneVorteile(List<Antwort> gruppe)
        {
            float mittel = gruppe.Average(a => a.Belohnung);
            double varianz = gruppe.Sum(a => (a.Belohnung - mittel) * (a.Belohnung - mittel)) / (gruppe.Count - 1);
            double streuung = Math.Sqrt(varianz);
            foreach (var a in gruppe)
                a.Vorteil = (float)({|GRPO002:(a.Belohnung - mittel) / (streuung + 1e-4)|});
        }

        private void Aktualisiere(List<Antwort> antworten)
        {
            for (int durchgang = 0; durchgang < Durchgaenge; durchgang++)
            {
                var reihenfolge = antworten.OrderBy(_ => zufall.Next()).ToList();
                for (int i = 0; i < reihenfolge.Count; i += 16)
                {
                    using var bereich = torch.NewDisposeScope();
                    var verluste = new List<Tensor>();
                    foreach (var a in reihenfolge.Skip(i).Take(16))
                    {
                        Tensor neu = LogWkt(a);
                        Tensor verhaeltnis = torch.exp(neu - a.AlteLogWkt);
                        Tensor frei = verhaeltnis * a.Vorteil;
                        Tensor begrenzt = torch.clamp(verhaeltnis, 1 - Schranke, 1 + Schranke) * a.Vorteil;
                        verluste.Add({|GRPO001:(-torch.min(frei, begrenzt)).mean()|});
                    }
                    Tensor verlust = torch.stack(verluste).mean();
                    optimierer.zero_grad();
                    verlust.backward();
                    {|GRPO003:optimierer.step()|};
                }
            }
        }

        private Tensor LogWkt(Antwort a)
        {
            long laenge = a.Kennungen.shape[0];
            Tensor logits = modell.forward(a.Kennungen.unsqueeze(0)).squeeze(0);
            Tensor vorhersage = logits.narrow(0, a.AbStelle - 1, laenge - a.AbStelle);
            Tensor ziel = a.Kennungen.narrow(0, a.AbStelle, laenge - a.AbStelle);
            return functional.log_softmax(vorhersage, -1).gather(1, ziel.unsqueeze(1)).squeeze(1);
        }
    }
}
