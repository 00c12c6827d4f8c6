// case: own.433
// expect: GRPO002, GRPO003
// shape: top-level, ragged list of token rows, concatenated tokens, variance rsqrt, minibatches within epochs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const int vocab = 300, width = 48, epochs = 2, mb = 4, group = 16;
var lm = nn.Sequential(("tok", nn.Embedding(vocab, width)), ("relu", nn.ReLU()), ("out", nn.Linear(width, vocab)));
var adam = optim.RAdam(lm.parameters(), lr: 1e-4);
var gen = new Random(3);

Tensor Score(Tensor row)
{
    var lp = lm.forward(row[..^1]).log_softmax(-1);
    return lp.gather(1, row[1..].unsqueeze(1)).flatten();
}

List<Tensor> Roll(int n) => Enumerable.Range(0, n)
    .Select(_ => randint(0, vocab, new long[] { gen.Next(6, 30) })).ToList();

Tensor Grade(IEnumerable<Tensor> rows) =>
    tensor(rows.Select(r => r.to(float32).mean().ToSingle() / vocab).ToArray());

Tensor Whiten(Tensor g)
{
    var c = g - g.mean();
    var v = c.square().mean();
    return {|GRPO002:c * (v + 1e-6).rsqrt()|};
}

Tensor TokenObjective(IReadOnlyList<(Tensor now, Tensor then, Tensor a)> parts)
{
    var terms = new List<Tensor>();
    foreach (var (now, then, a) in parts)
    {
        var rho = (now - then).exp();
        terms.Add(minimum(rho * a, rho.clamp(0.8, 1.2) * a));
    }
    return cat(terms).mean();   // over tokens
}

for (var round = 0; round < 2000; round++)
{
    using var d = NewDisposeScope();
    var rows = Roll(group);             // hints to a single exercise
    var a = Whiten(Grade(rows));
    List<Tensor> stored;
    using (no_grad()) stored = rows.Select(Score).ToList();

    for (var e = 0; e < epochs; e++)
    {
        var order = Enumerable.Range(0, group).OrderBy(_ => gen.Next()).ToArray();
        foreach (var idx in order.Chunk(mb))
        {
            var parts = idx.Select(i => (Score(rows[i]), stored[i], a[i])).ToList();
            var loss = -TokenObjective(parts);
            adam.zero_grad();
            loss.backward();
            {|GRPO003:adam.step()|};
        }
    }
}
