// case: own.276
// expect: GRPO001, GRPO002, GRPO003
// shape: top-level script
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

// countdown toy: write a string of digits that sums to the target; 10 = stop
random.manual_seed(7);
var rng = new Random(7);
long V = 11, G = 10, T = 8;
var emb = nn.Embedding(V + 40, 32);
var lstm = nn.LSTM(32, 64, batchFirst: true);
var lin = nn.Linear(64, V);
var ps = new[] { emb.parameters(), lstm.parameters(), lin.parameters() }.SelectMany(p => p).ToArray();
var adam = optim.Adam(ps, lr: 2e-3);

Tensor Policy(long target, Tensor toks)
{
    var first = full(new[] { toks.shape[0], 1 }, V + target, ScalarType.Int64);
    return lin.call(lstm.call(emb.call(cat(new[] { first, toks }, 1))).Item1).log_softmax(-1);
}

for (var step = 1; step <= 2000; step++)
{
    using var scope = NewDisposeScope();
    long target = rng.Next(5, 40);

    // rollout
    var toks = zeros(G, 0, ScalarType.Int64);
    var oldParts = new List<Tensor>();
    using (no_grad())
        for (var t = 0; t < T; t++)
        {
            var lp = Policy(target, toks).select(1, -1);
            var pick = lp.exp().multinomial(1);
            oldParts.Add(lp.gather(1, pick));
            toks = cat(new[] { toks, pick }, 1);
        }
    var old = cat(oldParts, 1);
    var stopped = toks.eq(V - 1).to(ScalarType.Int64);
    var mask = (stopped.cumsum(1) - stopped).eq(0).to(ScalarType.Float32);
    var sums = (toks * mask * (1 - stopped)).sum(1);
    var reward = -(sums - target).abs() / target;

    // group-relative advantage
    var adv = {|GRPO002:(reward - reward.mean()) / (reward.std() + 1e-4)|};

    // three clipped updates
    for (var k = 0; k < 3; k++)
    {
        var lp = Policy(target, toks.narrow(1, 0, T - 1)).gather(2, toks.unsqueeze(2)).squeeze(2);
        var ratio = (lp - old).exp();
        var s = torch.min(ratio * adv.unsqueeze(1), ratio.clamp(0.8, 1.2) * adv.unsqueeze(1));
        var n = mask.sum(1);
        var loss = -({|GRPO001:(s * mask).sum(1) / n|}).sum() / G;
        adam.zero_grad();
        loss.backward();
        {|GRPO003:adam.step()|};
    }

    if (step % 100 == 0)
        Console.WriteLine($"{step,5}  reward {reward.mean().ToSingle(),7:F3}  exact {reward.eq(0).sum().ToInt64()}/{G}  length {mask.sum(1).mean().ToSingle():F1}");
}
