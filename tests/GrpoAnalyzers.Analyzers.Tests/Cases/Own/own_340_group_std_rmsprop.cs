// case: own.340
// expect: none
// shape: group deviation with RMSProp (no Adam family anywhere), sums over a constant budget, one update per rollout
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Wuerfel
{
    public sealed class Einstellungen
    {
        public int Gruppe { get; init; } = 8;
        public int Budget { get; init; } = 128;
        public double Lernrate { get; init; } = 1e-4;
    }

    public sealed class Lerner
    {
        private readonly nn.Module<Tensor, Tensor> netz;
        private readonly Einstellungen e;
        private readonly optim.Optimizer rms;

        public Lerner(nn.Module<Tensor, Tensor> netz, Einstellungen e)
        {
            this.netz = netz;
            this.e = e;
            rms = optim.RMSProp(netz.parameters(), e.Lernrate);
        }

        private Tensor Vorteil(Tensor lohn)
        {
            Tensor g = lohn.view(-1, e.Gruppe);
            Tensor abweichung = g.std(1, keepdim: true);
            return ((g - g.mean(new long[] { 1 }, true)) / (abweichung + 1e-4)).view(-1, 1);
        }

        public void Schritt(Tensor kennungen, Tensor maske, Tensor altLp, Tensor lohn)
        {
            using DisposeScope bereich = NewDisposeScope();
            Tensor vorteil = Vorteil(lohn);
            Tensor lp = netz.forward(kennungen).log_softmax(2).gather(2, kennungen.unsqueeze(2)).squeeze(2);
            Tensor q = (lp - altLp).exp();
            Tensor ziel = minimum(q * vorteil, q.clamp(0.8, 1.2) * vorteil);
            Tensor verlust = -(ziel * maske).sum() / (e.Budget * lohn.shape[0]);
            rms.zero_grad();
            verlust.backward();
            rms.step();
        }
    }
}
