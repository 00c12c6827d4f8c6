// case: own.430
// expect: GRPO001, GRPO003
// shape: top-level script, packed tokens with segment ids, scatter sums, leave-one-out baseline
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const int V = 1000, H = 96, G = 8, K = 4;
var net = nn.Sequential(("e", nn.Embedding(V, H)), ("g", nn.GELU()), ("o", nn.Linear(H, V)));
var opt = optim.AdamW(net.parameters(), lr: 1e-5, beta2: 0.95);
var rnd = new Random(0);

// one source sentence, G hypotheses, all tokens in one flat row
(Tensor inp, Tensor tgt, Tensor seg, Tensor lens, Tensor bleu) Hypotheses()
{
    var lens = Enumerable.Range(0, G).Select(_ => (long)rnd.Next(5, 40)).ToArray();
    var n = lens.Sum();
    var seg = arange(G).repeat_interleave(tensor(lens));
    return (randint(0, V, new long[] { n }), randint(0, V, new long[] { n }), seg, tensor(lens).to(float32), rand(G));
}

Tensor Lp(Tensor inp, Tensor tgt) =>
    net.forward(inp).log_softmax(-1).gather(1, tgt.unsqueeze(1)).squeeze(1);

Tensor LeaveOneOut(Tensor r) => r - (r.sum() - r) / (G - 1);

Tensor SegmentMean(Tensor x, Tensor seg, Tensor lens) =>
    {|GRPO001:zeros(G).scatter_add(0, seg, x) / lens|};

Tensor Ppo(Tensor lp, Tensor old, Tensor adv, double lo = 0.2, double hi = 0.28)
{
    var r = (lp - old).exp();
    return min(r * adv, r.clamp(1 - lo, 1 + hi) * adv);
}

for (int step = 0; step < 5000; step++)
{
    using var scope = NewDisposeScope();
    var (inp, tgt, seg, lens, bleu) = Hypotheses();
    Tensor old;
    using (no_grad()) { old = Lp(inp, tgt); }
    var adv = LeaveOneOut(bleu)[seg];

    for (int k = 0; k < K; k++)
    {
        opt.zero_grad();
        var s = Ppo(Lp(inp, tgt), old, adv);
        var loss = SegmentMean(s, seg, lens).mean().neg();
        loss.backward();
        {|GRPO003:opt.step()|};
    }
    if (step % 50 == 0) Console.WriteLine($"{step} bleu {bleu.mean().ToSingle():f3}");
}
