// case: own.423
// expect: GRPO001, GRPO002
// shape: python-style, Spanish naming, agent trajectories, inverse lengths as weights, dictionary of groups, one step
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace agente_web;

public class Trayectoria
{
    public string tarea = "";
    public long[] fichas = Array.Empty<long>();
    public float[] mascara = Array.Empty<float>();   // 1 where the agent wrote the token
    public float recompensa;
    public double ventaja;
}

public static class ventajas
{
    public static void calcular(List<Trayectoria> lote)
    {
        var grupos = lote.GroupBy(t => t.tarea).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var (_, grupo) in grupos)
        {
            var media = grupo.Average(t => (double)t.recompensa);
            var desviacion = Math.Sqrt(grupo.Sum(t => Math.Pow(t.recompensa - media, 2)) / grupo.Count);
            if (desviacion < 1e-4)
            {
                foreach (var t in grupo) t.ventaja = 0;
                continue;
            }
            foreach (var t in grupo)
                t.ventaja = {|GRPO002:(t.recompensa - media) / desviacion|};
        }
    }
}

public class Entrenador
{
    readonly Module<Tensor, Tensor> modelo;
    readonly optim.Optimizer optimizador;

    public Entrenador(Module<Tensor, Tensor> modelo, double tasa = 1e-6)
    {
        this.modelo = modelo;
        optimizador = optim.AdamW(modelo.parameters(), lr: tasa, weight_decay: 0.01);
    }

    (Tensor fichas, Tensor mascara) rellenar(List<Trayectoria> lote)
    {
        var largo = lote.Max(t => t.fichas.Length);
        var f = lote.Select(t => tensor(t.fichas.Concat(new long[largo - t.fichas.Length]).ToArray())).ToList();
        var m = lote.Select(t => tensor(t.mascara.Concat(new float[largo - t.mascara.Length]).ToArray())).ToList();
        return (stack(f, 0), stack(m, 0));
    }

    public float paso(List<Trayectoria> lote)
    {
        using var ambito = NewDisposeScope();
        ventajas.calcular(lote);
        var (fichas, mascara) = rellenar(lote);
        var n = fichas.shape[1] - 1;
        var m = mascara.narrow(1, 1, n);
        var a = tensor(lote.Select(t => (float)t.ventaja).ToArray());

        var logits = modelo.call(fichas.narrow(1, 0, n));
        var logp = functional.log_softmax(logits, -1).gather(2, fichas.narrow(1, 1, n).unsqueeze(2)).squeeze(2);

        var inverso = m.sum(1).clamp(min: 1).reciprocal();
        var por_ficha = logp * m * a.unsqueeze(1);
        var por_trayectoria = {|GRPO001:por_ficha.sum(1) * inverso|};
        var perdida = por_trayectoria.mean().neg();

        optimizador.zero_grad();
        perdida.backward();
        nn.utils.clip_grad_norm_(modelo.parameters(), 1.0);
        optimizador.step();
        return perdida.ToSingle();
    }
}
