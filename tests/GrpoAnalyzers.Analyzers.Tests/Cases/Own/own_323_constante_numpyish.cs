// case: own.323
// expect: GRPO002, GRPO003
// shape: Spanish names, constant length budget as divisor, deviation by sqrt of mean of squares minus square of mean, step inside a helper called in a loop
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Poemas
{
    class Lote
    {
        public Tensor Fichas, Mascara, LogViejo, Ventaja;
    }

    class Entrenador
    {
        const int LargoMaximo = 256;
        const int Repeticiones = 3;
        readonly nn.Module<Tensor, Tensor> red;
        readonly optim.Optimizer optimizador;
        readonly int porVerso;

        public Entrenador(nn.Module<Tensor, Tensor> red, int porVerso)
        {
            this.red = red;
            this.porVerso = porVerso;
            optimizador = optim.Adam(red.parameters(), 2e-6);
        }

        Tensor Ventajas(Tensor puntos)
        {
            var p = puntos.reshape(-1, porVerso);
            var media = p.sum(1, keepdim: true) / porVerso;
            var mediaCuadrados = (p * p).sum(1, keepdim: true) / porVerso;
            var desviacion = sqrt(mediaCuadrados - media * media + 1e-8);
            var v = {|GRPO002:(p - media) / desviacion|};
            return v.reshape(-1, 1);
        }

        public void Entrenar(Func<(Tensor fichas, Tensor mascara, Tensor puntos)> generar, int ciclos)
        {
            foreach (var ciclo in Enumerable.Range(1, ciclos))
            {
                var (fichas, mascara, puntos) = generar();
                var lote = new Lote { Fichas = fichas, Mascara = mascara, Ventaja = Ventajas(puntos) };
                using (no_grad())
                    lote.LogViejo = LogProb(fichas);

                var perdidas = new List<float>();
                for (int i = 0; i < Repeticiones; i++)
                    perdidas.Add(UnPaso(lote));
                Console.WriteLine($"ciclo {ciclo}: {string.Join(" ", perdidas.Select(x => x.ToString("F4")))}");
            }
        }

        public double Evaluar(Func<(Tensor fichas, Tensor mascara, Tensor puntos)> generar, int veces)
        {
            using var sinGradiente = no_grad();
            double suma = 0, mejor = double.MinValue;
            for (int i = 0; i < veces; i++)
            {
                var (fichas, mascara, puntos) = generar();
                var largo = mascara.sum(1);
                var sorpresa = -(LogProb(fichas) * mascara).sum(1) / largo;
                double media = puntos.mean().ToDouble();
                suma += media;
                mejor = Math.Max(mejor, media);
                Console.WriteLine($"  prueba {i}: puntos {media:F3}, sorpresa {sorpresa.mean().ToDouble():F3}, largo {largo.mean().ToDouble():F1}");
            }
            Console.WriteLine($"mejor {mejor:F3}");
            return suma / veces;
        }

        float UnPaso(Lote lote)
        {
            using var ambito = NewDisposeScope();
            var razon = exp(LogProb(lote.Fichas) - lote.LogViejo);
            var recorte = clamp(razon, 0.8, 1.2);
            var objetivo = minimum(razon * lote.Ventaja, recorte * lote.Ventaja) * lote.Mascara;
            var perdida = -objetivo.sum() / (LargoMaximo * lote.Fichas.shape[0]);
            optimizador.zero_grad();
            perdida.backward();
            {|GRPO003:optimizador.step()|};
            return perdida.ToSingle();
        }

        Tensor LogProb(Tensor fichas)
            => red.forward(fichas).log_softmax(2).gather(2, fichas.unsqueeze(2)).squeeze(2);
    }
}
