// case: own.388
// expect: GRPO002, GRPO003
// shape: German naming, double-array statistics per group, token mean, for loop
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Gespraech
{
    public class Antwort
    {
        public int GespraechsNummer { get; init; }
        public long[] Zeichen { get; init; } = Array.Empty<long>();
        public double Belohnung { get; init; }
    }

    public class Vorteilsrechner
    {
        private readonly int gruppenGroesse;

        public Vorteilsrechner(int gruppenGroesse)
        {
            this.gruppenGroesse = gruppenGroesse;
        }

        public float[] Berechne(IList<Antwort> antworten)
        {
            float[] vorteile = new float[antworten.Count];
            for (int anfang = 0; anfang < antworten.Count; anfang += gruppenGroesse)
            {
                double mittel = 0;
                for (int k = 0; k < gruppenGroesse; k++)
                    mittel += antworten[anfang + k].Belohnung / gruppenGroesse;
                double varianz = 0;
                for (int k = 0; k < gruppenGroesse; k++)
                    varianz += Math.Pow(antworten[anfang + k].Belohnung - mittel, 2) / gruppenGroesse;
                double streuung = Math.Sqrt(varianz) + 1e-5;
                for (int k = 0; k < gruppenGroesse; k++)
                    vorteile[anfang + k] = (float)({|GRPO002:(antworten[anfang + k].Belohnung - mittel) / streuung|});
            }
            return vorteile;
        }
    }

    public class Stapel
    {
        public Tensor Kennungen = null!;
        public Tensor Maske = null!;
        public Tensor AlteLogWkt = null!;
        public Tensor Vorteile = null!;
    }

    public class Uebungsleiter
    {
        private readonly nn.Module<Tensor, Tensor> modell;
        private readonly optim.Optimizer optimierer;
        private readonly Vorteilsrechner rechner = new Vorteilsrechner(6);
        private readonly int wiederholungen;

        public Uebungsleiter(nn.Module<Tensor, Tensor> modell, int wiederholungen)
        {
            this.modell = modell;
            this.wiederholungen = wiederholungen;
            optimierer = optim.AdamW(modell.parameters(), lr: 5e-6);
        }

        public Stapel BaueStapel(IList<Antwort> antworten)
        {
            int breite = 0;
            foreach (Antwort a in antworten)
                if (a.Zeichen.Length > breite) breite = a.Zeichen.Length;
            Tensor kennungen = zeros(antworten.Count, breite, dtype: ScalarType.Int64);
            Tensor maske = zeros(antworten.Count, breite);
            for (int z = 0; z < antworten.Count; z++)
            {
                kennungen[z].narrow(0, 0, antworten[z].Zeichen.Length).copy_(tensor(antworten[z].Zeichen));
                maske[z].narrow(0, 0, antworten[z].Zeichen.Length).fill_(1);
            }
            Stapel stapel = new Stapel
            {
                Kennungen = kennungen,
                Maske = maske.narrow(1, 1, breite - 1),
                Vorteile = tensor(rechner.Berechne(antworten)).view(-1, 1)
            };
            using (no_grad()) stapel.AlteLogWkt = LogWkt(kennungen);
            return stapel;
        }

        private Tensor LogWkt(Tensor kennungen)
        {
            long laenge = kennungen.shape[1];
            Tensor ausgabe = modell.call(kennungen).narrow(1, 0, laenge - 1);
            Tensor ziel = kennungen.narrow(1, 1, laenge - 1).unsqueeze(2);
            return ausgabe.log_softmax(2).gather(2, ziel).squeeze(2);
        }

        public void Lerne(IList<Antwort> antworten)
        {
            Stapel stapel = BaueStapel(antworten);
            for (int runde = 0; runde < wiederholungen; runde++)
            {
                using var bereich = NewDisposeScope();
                Tensor verhaeltnis = exp((LogWkt(stapel.Kennungen) - stapel.AlteLogWkt) * stapel.Maske);
                Tensor frei = verhaeltnis * stapel.Vorteile;
                Tensor begrenzt = clamp(verhaeltnis, 0.8, 1.2) * stapel.Vorteile;
                Tensor summe = (minimum(frei, begrenzt) * stapel.Maske).sum();
                Tensor verlust = summe.neg() / stapel.Maske.sum();
                optimierer.zero_grad();
                verlust.backward();
                {|GRPO003:optimierer.step()|};
                Console.WriteLine($"Runde {runde}: {verlust.ToSingle():F4}");
            }
        }
    }
}
