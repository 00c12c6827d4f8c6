// case: own.442
// expect: GRPO002
// shape: top-level research script, einsum, masked group statistics with std_mean tuple, one update per rollout, token mean
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const int V = 128, H = 64, B = 4, G = 8, L = 40;
var (lr, eps, klCoef) = (2e-5, 0.2, 0.01);

var policy = nn.Sequential(("emb", nn.Embedding(V, H)), ("ln", nn.LayerNorm(H)), ("lin", nn.Linear(H, V)));
var anchor = nn.Sequential(("emb", nn.Embedding(V, H)), ("ln", nn.LayerNorm(H)), ("lin", nn.Linear(H, V)));
anchor.load_state_dict(policy.state_dict());
var opt = optim.Adamax(policy.parameters(), lr);

Tensor Lp(nn.Module<Tensor, Tensor> f, Tensor s)
{
    var onehot = nn.functional.one_hot(s[.., 1..], V).to(float32);
    return einsum("btv,btv->bt", f.forward(s[.., ..^1]).log_softmax(-1), onehot);
}

(Tensor s, Tensor m) Generate()
{
    using var _ = no_grad();
    var s = randint(2, V, new long[] { B, 1 }).repeat_interleave(G, 0);
    while (s.shape[1] < L)
    {
        var nxt = policy.forward(s)[.., -1].softmax(-1).multinomial(1);
        s = cat(new[] { s, nxt }, 1);
    }
    var m = ((s[.., 1..] == 1).cumsum(1) == 0).to(float32);
    return (s, m);
}

Tensor Validity(Tensor s, Tensor m) => ((s[.., 1..] < 40).to(float32) * m).sum(1) / (m.sum(1) + 1);

Tensor Zscore(Tensor r)
{
    var (sd, mu) = r.view(B, G).std_mean(1, keepdim: true);
    return ({|GRPO002:(r.view(B, G) - mu) / (sd + 1e-4)|}).view(B * G, 1);
}

for (var step = 0; step < 10_000; step++)
{
    using var scope = NewDisposeScope();
    var (s, m) = Generate();
    var r = Validity(s, m);
    var a = Zscore(r);
    Tensor old, refr;
    using (no_grad()) (old, refr) = (Lp(policy, s), Lp(anchor, s));

    var lp = Lp(policy, s);
    var rho = ((lp - old) * m).exp();
    var pg = minimum(rho * a, rho.clamp(1 - eps, 1 + eps) * a);
    var gap = (refr - lp) * m;
    var kl = gap.exp() - gap - 1;
    var loss = -einsum("bt,bt->", pg - klCoef * kl, m) / m.sum();
    opt.zero_grad();
    loss.backward();
    opt.step();
    if (step % 100 == 0) Console.WriteLine($"{step}\t{r.mean().ToSingle():f3}\t{m.sum(1).mean().ToSingle():f1}");
}
