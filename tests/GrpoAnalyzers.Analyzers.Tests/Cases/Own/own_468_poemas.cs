// case: own.468
// expect: GRPO001, GRPO002, GRPO003
// shape: Spanish notebook, lists of tensors, local functions and lambdas, per-completion accumulation
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

var vocab = 1000;
var epocas = 4;
var muestras = 8;

var red = nn.Sequential(
    ("emb", nn.Embedding(vocab, 128)),
    ("oculta", nn.Linear(128, 256)),
    ("relu", nn.ReLU()),
    ("salida", nn.Linear(256, vocab)));
var adam = optim.AdamW(red.parameters(), lr: 1e-5);
var azar = new Random(11);

// log-probabilidad de cada token del poema
Func<Tensor, Tensor> logp = poema =>
{
    var n = poema.shape[0] - 1;
    var distribucion = red.call(poema.narrow(0, 0, n)).log_softmax(-1);
    return distribucion.gather(1, poema.narrow(0, 1, n).unsqueeze(1)).flatten();
};

Tensor Muestrear(long semilla)
{
    using var sinGrad = no_grad();
    var ids = new List<long> { semilla };
    var largo = azar.Next(10, 60);
    while (ids.Count < largo)
    {
        var p = red.call(tensor(new[] { ids[^1] })).softmax(-1);
        ids.Add(p.multinomial(1).ToInt64Item());
    }
    return tensor(ids.ToArray());
}

double Rima(Tensor poema)
{
    var datos = poema.data<long>().ToArray();
    return datos.Zip(datos.Skip(4), (x, y) => x % 10 == y % 10 ? 1.0 : 0.0).DefaultIfEmpty(0).Average();
}

foreach (var ronda in Enumerable.Range(0, 300))
{
    using var ambito = NewDisposeScope();
    var poemas = Enumerable.Range(0, muestras).Select(_ => Muestrear(ronda % vocab)).ToList();
    var notas = poemas.Select(Rima).ToArray();

    var media = notas.Average();
    var desviacion = Math.Sqrt(notas.Select(x => (x - media) * (x - media)).Average());
    var ventajas = notas.Select(x => {|GRPO002:(x - media) / (desviacion + 1e-4)|}).ToArray();

    List<Tensor> viejos;
    using (no_grad())
        viejos = poemas.Select(logp).ToList();

    for (var epoca = 0; epoca < epocas; epoca++)
    {
        var total = zeros(1);
        for (var i = 0; i < poemas.Count; i++)
        {
            var razon = (logp(poemas[i]) - viejos[i]).exp();
            var recorte = razon.clamp(0.8, 1.2);
            var objetivo = minimum(razon * ventajas[i], recorte * ventajas[i]);
            total = total - {|GRPO001:objetivo.sum() / objetivo.shape[0]|};
        }
        adam.zero_grad();
        (total / muestras).sum().backward();
        {|GRPO003:adam.step()|};
    }

    Console.WriteLine($"ronda {ronda}  rima media {media:F3}");
}

static class Lectura
{
    public static long ToInt64Item(this Tensor t) => t.flatten()[0].ToInt64();
}
