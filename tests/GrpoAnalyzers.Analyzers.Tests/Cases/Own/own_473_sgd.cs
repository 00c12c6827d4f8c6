// case: own.473
// expect: none
// shape: Spanish notebook, group z-score with SGD, token mean, one update per rollout
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const int Candidatos = 8;
const int Tokens = 48;
const int Vocab = 400;

var politica = nn.Sequential(
    ("emb", nn.Embedding(Vocab, 64)),
    ("lin", nn.Linear(64, Vocab)));
var descenso = optim.SGD(politica.parameters(), 0.05, momentum: 0.9);

Tensor LogP(Tensor ids) =>
    politica.call(ids.narrow(1, 0, Tokens - 1))
        .log_softmax(-1)
        .gather(-1, ids.narrow(1, 1, Tokens - 1).unsqueeze(-1))
        .squeeze(-1);

Tensor Puntuar(Tensor ids) => ids.remainder(7).eq(0).to_type(ScalarType.Float32).mean(new long[] { 1 });

Tensor Generar(int preguntas)
{
    using var _ = no_grad();
    var ids = randint(1, Vocab, new long[] { preguntas, 1 }).repeat_interleave(Candidatos, 0);
    foreach (var t in Enumerable.Range(1, Tokens - 1))
    {
        var siguiente = politica.call(ids.narrow(1, t - 1, 1)).squeeze(1).softmax(-1).multinomial(1);
        ids = cat(new[] { ids, siguiente }, 1);
    }
    return ids;
}

for (var paso = 0; paso < 400; paso++)
{
    using var ambito = NewDisposeScope();
    var ids = Generar(4);
    var mascara = ids.narrow(1, 1, Tokens - 1).ne(0).to_type(ScalarType.Float32);
    var notas = Puntuar(ids).view(-1, Candidatos);
    var z = (notas - notas.mean(new long[] { 1 }, true)) / (notas.std(1, keepdim: true) + 1e-4);

    var logp = LogP(ids);
    var razon = (logp - logp.detach()).exp();
    var objetivo = razon * z.view(-1, 1);
    var perdida = -(objetivo * mascara).sum() / mascara.sum();

    descenso.zero_grad();
    perdida.backward();
    descenso.step();

    if (paso % 50 == 0) Console.WriteLine($"{paso}: {notas.mean().ToSingle():F3}");
}
