// case: own.439
// expect: none
// shape: top-level, new rollout and old log-probs in every inner round, length and std in printed metrics only
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const int V = 400, H = 64, P = 4, G = 8, T = 32;
var lm = nn.Sequential(("emb", nn.Embedding(V, H)), ("silu", nn.SiLU()), ("head", nn.Linear(H, V)));
var opt = optim.AdamW(lm.parameters(), lr: 1e-5);

Tensor Logp(Tensor x) => lm.forward(x[.., ..^1]).log_softmax(-1).gather(-1, x[.., 1..].unsqueeze(-1)).squeeze(-1);

(Tensor x, Tensor m, Tensor old) Rollout()
{
    using var ng = no_grad();
    var x = randint(1, V, new long[] { P * G, 1 });
    for (var t = 0; t < T; t++)
    {
        var p = lm.forward(x)[.., -1].softmax(-1);
        x = cat(new[] { x, p.multinomial(1) }, 1);
    }
    var ended = (x[.., 1..] == 0).to(float32).cumsum(1);
    var m = (ended < 1).to(float32);
    m[.., 0] = 1f;
    return (x, m, Logp(x));
}

Tensor Judge(Tensor x) => (x % 7 == 0).to(float32).mean(new long[] { 1 });   // [P*G]

void Report(int it, Tensor reward, Tensor obj, Tensor m)
{
    using var ng = no_grad();
    var perSeq = (obj.detach() * m).sum(1) / m.sum(1);
    var g = reward.view(P, G);
    var snr = (g - g.mean(new long[] { 1 }, true)) / (g.std(1, keepdim: true) + 1e-6);
    Console.WriteLine($"{it} r={reward.mean().ToSingle():f3} seq={perSeq.mean().ToSingle():f4} z={snr.abs().max().ToSingle():f2}");
}

for (var it = 0; it < 300; it++)
{
    for (var k = 0; k < 4; k++)
    {
        using var scope = NewDisposeScope();
        var (x, m, old) = Rollout();             // fresh samples for every step
        var reward = Judge(x);
        var grouped = reward.view(P, G);
        var adv = (grouped - grouped.mean(new long[] { 1 }, true)).view(-1, 1);
        var ratio = ((Logp(x) - old) * m).exp();
        var obj = minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
        var loss = -(obj * m).sum() / m.sum();
        opt.zero_grad();
        loss.backward();
        opt.step();
        if (k == 3) Report(it, reward, obj, m);
    }
}
