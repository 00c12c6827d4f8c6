// case: own.491
// expect: none
// shape: minimalist, group std but plain SGD with momentum, token mean, one update
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const int G = 8, V = 300, D = 64, T = 40;
var net = nn.Sequential(nn.Embedding(V, D), nn.Linear(D, 4 * D), nn.GELU(), nn.Linear(4 * D, V));
var opt = optim.SGD(net.parameters(), learningRate: 0.05, momentum: 0.9);
var openings = System.IO.File.ReadAllLines("positions.fen");

foreach (var (fen, step) in openings.Select((f, i) => (f, i)))
{
    using var scope = NewDisposeScope();
    var start = fen.Sum(c => c) % V;
    var ids = full(G, 1, start, dtype: ScalarType.Int64);
    using (no_grad())
        for (var t = 0; t < T; t++)
        {
            var p = net.call(ids.narrow(1, t, 1)).squeeze(1).softmax(-1);
            ids = cat(new[] { ids, p.multinomial(1) }, 1);
        }

    var said = ids.narrow(1, 1, T);
    var ended = said.eq(0).to(ScalarType.Int64).cumsum(1);
    var mask = ended.eq(0).to(ScalarType.Float32);
    var r = said.eq(7).to(ScalarType.Float32).mul(mask).sum(1).gt(0).to(ScalarType.Float32)
          - said.eq(9).to(ScalarType.Float32).mul(mask).sum(1) * 0.1f;
    var adv = (r - r.mean()) / (r.std() + 1e-4);

    var lp = net.call(ids.narrow(1, 0, T)).log_softmax(-1).gather(2, said.unsqueeze(2)).squeeze(2);
    var loss = -(lp * adv.unsqueeze(1) * mask).sum() / mask.sum().clamp_min(1);
    opt.zero_grad();
    loss.backward();
    opt.step();
    if (step % 100 == 0) Console.WriteLine($"{step}: reward {r.mean().ToSingle():F3}, length {mask.sum(1).mean().ToSingle():F1}");
}
