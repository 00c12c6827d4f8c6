// case: own.392
// expect: GRPO001, GRPO002, GRPO003
// shape: Spanish naming, nn.Module loss, in-place group normalisation, do-while
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Conversacion
{
    public sealed class PerdidaRecortada : nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor>
    {
        private readonly double margen;

        public PerdidaRecortada(double margen) : base(nameof(PerdidaRecortada))
        {
            this.margen = margen;
        }

        public override Tensor forward(Tensor nuevas, Tensor viejas, Tensor ventajas, Tensor mascara)
        {
            Tensor cociente = nuevas.sub(viejas).mul(mascara).exp();
            Tensor libre = cociente * ventajas.unsqueeze(-1);
            Tensor acotado = cociente.clamp(1.0 - margen, 1.0 + margen) * ventajas.unsqueeze(-1);
            Tensor porPalabra = libre.minimum(acotado).mul(mascara);
            Tensor largo = mascara.sum(-1).clamp_min(1.0);
            Tensor porRespuesta = {|GRPO001:porPalabra.sum(-1).div(largo)|};
            return porRespuesta.mean().neg();
        }
    }

    public interface IEvaluador
    {
        float Evaluar(string pregunta, string respuesta);
    }

    public sealed class Turno
    {
        public string Pregunta = "";
        public string[] Respuestas = Array.Empty<string>();
        public Tensor Fichas = null!;
        public Tensor Mascara = null!;
    }

    public sealed class Entrenador
    {
        private readonly nn.Module<Tensor, Tensor> politica;
        private readonly PerdidaRecortada perdida = new PerdidaRecortada(0.2);
        private readonly IEvaluador evaluador;
        private readonly optim.Optimizer optimizador;
        private const int Vueltas = 4;

        public Entrenador(nn.Module<Tensor, Tensor> politica, IEvaluador evaluador)
        {
            this.politica = politica;
            this.evaluador = evaluador;
            optimizador = optim.Adam(politica.parameters(), 1e-5);
        }

        private Tensor Ventajas(Turno turno)
        {
            float[] notas = new float[turno.Respuestas.Length];
            for (int i = 0; i < notas.Length; i++)
            {
                notas[i] = evaluador.Evaluar(turno.Pregunta, turno.Respuestas[i]);
            }
            Tensor v = tensor(notas);
            Tensor desviacion = v.std(0) + 1e-6;
            v.sub_(v.mean());
            {|GRPO002:v.div_(desviacion)|};
            return v;
        }

        private Tensor Probabilidades(Turno turno)
        {
            long largo = turno.Fichas.shape[1] - 1;
            Tensor logits = politica.call(turno.Fichas.narrow(1, 0, largo));
            Tensor siguientes = turno.Fichas.narrow(1, 1, largo).unsqueeze(-1);
            return logits.log_softmax(-1).gather(-1, siguientes).squeeze(-1);
        }

        public void Aprender(Turno turno)
        {
            Tensor mascara = turno.Mascara.narrow(1, 1, turno.Mascara.shape[1] - 1);
            Tensor ventajas = Ventajas(turno);
            Tensor viejas = Probabilidades(turno).detach();
            int vuelta = 0;
            do
            {
                Tensor valor = perdida.call(Probabilidades(turno), viejas, ventajas, mascara);
                optimizador.zero_grad();
                valor.backward();
                {|GRPO003:optimizador.step()|};
                vuelta++;
            }
            while (vuelta < Vueltas);
        }
    }
}
