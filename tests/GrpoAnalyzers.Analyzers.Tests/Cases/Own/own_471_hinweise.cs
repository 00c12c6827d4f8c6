// case: own.471
// expect: GRPO001, GRPO003
// shape: German identifiers, abstract generic aggregator strategy, fixed epochs over the stored buffer
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Nachhilfe
{
    public interface IAggregation
    {
        Tensor Zusammenfassen(Tensor proToken, Tensor maske);
    }

    public sealed class AntwortMittel : IAggregation
    {
        public Tensor Zusammenfassen(Tensor proToken, Tensor maske)
        {
            var laengen = maske.sum(1).clamp_min(1);
            return {|GRPO001:((proToken * maske).sum(1) / laengen)|}.mean();
        }
    }

    public sealed class Puffer
    {
        public required Tensor Folgen { get; init; }
        public required Tensor Maske { get; init; }
        public required Tensor Belohnungen { get; init; }
        public required Tensor AlteLogP { get; init; }
    }

    public sealed class HinweisTrainer
    {
        private readonly nn.Module<Tensor, Tensor> netz;
        private readonly IAggregation aggregation = new AntwortMittel();
        private readonly optim.Optimizer optimierer;

        public int Epochen { get; init; } = 4;
        public int Gruppe { get; init; } = 4;
        public float Schranke { get; init; } = 0.2f;

        public HinweisTrainer(nn.Module<Tensor, Tensor> netz)
        {
            this.netz = netz;
            optimierer = optim.AdamW(netz.parameters(), 2e-6);
        }

        public Puffer Fuellen(Tensor folgen, Tensor maske, Tensor belohnungen)
        {
            using var ohne = no_grad();
            return new Puffer { Folgen = folgen, Maske = maske, Belohnungen = belohnungen, AlteLogP = LogP(folgen) };
        }

        public List<double> Trainieren(Puffer puffer)
        {
            var verlauf = new List<double>();
            var gruppen = puffer.Belohnungen.view(-1, Gruppe);
            var vorteil = (gruppen - gruppen.mean(new long[] { 1 }, true)).view(-1, 1);
            for (int e = 0; e < Epochen; e++)
            {
                using var bereich = NewDisposeScope();
                var q = (LogP(puffer.Folgen) - puffer.AlteLogP).exp();
                var ziel = where(vorteil >= 0,
                    q.clamp_max(1 + Schranke) * vorteil,
                    q.clamp_min(1 - Schranke) * vorteil);
                var verlust = -aggregation.Zusammenfassen(ziel, puffer.Maske);
                optimierer.zero_grad();
                verlust.backward();
                {|GRPO003:optimierer.step()|};
                verlauf.Add(verlust.ToDouble());
            }
            return verlauf;
        }

        private Tensor LogP(Tensor folgen)
        {
            var n = folgen.shape[1] - 1;
            var logits = netz.call(folgen.narrow(1, 0, n));
            return logits.log_softmax(2).gather(2, folgen.narrow(1, 1, n).unsqueeze(2)).squeeze(2);
        }
    }
}
