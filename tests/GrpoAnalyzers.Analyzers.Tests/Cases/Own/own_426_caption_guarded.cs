// case: own.426
// expect: none
// shape: top-level script, einsum token mean, centring only, k3 estimate breaks the epochs
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const int Vocab = 512, Dim = 64, Caps = 6, Len = 24, Epochs = 4;
const double Eps = 0.2, TargetKl = 0.02;

var embed = nn.Embedding(Vocab, Dim);
var head = nn.Linear(Dim, Vocab);
var captioner = nn.Sequential(("embed", embed), ("act", nn.Tanh()), ("head", head));
var opt = optim.Adam(captioner.parameters(), lr: 3e-5);
var rng = new Random(7);

Tensor LogP(Tensor ids)
{
    var lp = nn.functional.log_softmax(captioner.forward(ids[.., ..^1]), -1);
    return lp.gather(-1, ids[.., 1..].unsqueeze(-1)).squeeze(-1);
}

(Tensor ids, Tensor mask, Tensor reward) Sample()
{
    var ids = randint(0, Vocab, new long[] { Caps, Len });
    var lens = Enumerable.Range(0, Caps).Select(_ => (long)rng.Next(4, Len)).ToArray();
    var mask = (arange(Len - 1).unsqueeze(0) < tensor(lens).unsqueeze(1)).to(float32);
    var reward = rand(Caps);   // CIDEr in the real run
    return (ids, mask, reward);
}

(Tensor loss, Tensor kl) Surrogate(Tensor lp, Tensor old, Tensor adv, Tensor mask)
{
    var d = (lp - old) * mask;
    var r = d.exp();
    var s = minimum(r * adv.unsqueeze(1), r.clamp(1 - Eps, 1 + Eps) * adv.unsqueeze(1));
    var tokens = mask.sum();
    var obj = einsum("bt,bt->", s, mask) / tokens;
    var kl = (((-d).exp() - 1 + d) * mask).sum() / tokens;
    return (-obj, kl.detach());
}

for (var it = 0; it < 1000; it++)
{
    using var scope = NewDisposeScope();
    var (ids, mask, reward) = Sample();
    Tensor old;
    using (no_grad()) old = LogP(ids);
    var adv = reward - reward.mean();

    for (var e = 0; e < Epochs; e++)
    {
        var (loss, kl) = Surrogate(LogP(ids), old, adv, mask);
        if (kl.ToDouble() > TargetKl)
        {
            Console.WriteLine($"it {it}: left after {e} epochs, kl {kl.ToDouble():g3}");
            break;
        }
        opt.zero_grad();
        loss.backward();
        opt.step();
    }
}
