// case: own.477
// expect: none
// shape: notebook; group std and per-completion means only logged; fresh rollout and old log-probs for each step
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

var vocab = 256;
var group = 8;
var model = nn.Sequential(("emb", nn.Embedding(vocab, 64)), ("head", nn.Linear(64, vocab)));
var optimizer = optim.AdamW(model.parameters(), lr: 2e-5);
var rng = new Random(0);
var history = new List<Dictionary<string, float>>();

Tensor TokenLogp(Tensor ids)
{
    var n = ids.shape[0] - 1;
    return model.call(ids[..^1]).log_softmax(-1).gather(-1, ids[1..].unsqueeze(-1)).view(n);
}

(List<Tensor> ids, List<Tensor> logp) Rollout(int start)
{
    using var _ = no_grad();
    var ids = new List<Tensor>();
    for (int i = 0; i < group; i++)
    {
        var seq = tensor(new long[] { start });
        for (int t = rng.Next(5, 30); t > 0; t--)
            seq = cat(new[] { seq, model.call(seq[^1].unsqueeze(0)).softmax(-1).multinomial(1).view(1) });
        ids.Add(seq);
    }
    return (ids, ids.Select(TokenLogp).ToList());
}

for (int step = 0; step < 250; step++)
{
    using var scope = NewDisposeScope();
    var (ids, old) = Rollout(step % vocab);
    var rewards = tensor(ids.Select(s => s.data<long>().ToArray().Count(v => v % 2 == 0) / (float)s.shape[0]).ToArray());
    var adv = rewards - rewards.mean();

    var current = ids.Select(TokenLogp).ToList();
    var terms = current.Select((lp, i) =>
    {
        var ratio = (lp - old[i]).exp();
        return minimum(ratio * adv[i], ratio.clamp(0.8, 1.2) * adv[i]);
    }).ToArray();
    var loss = -cat(terms).mean();   // every token of the group has the same weight

    optimizer.zero_grad();
    loss.backward();
    optimizer.step();

    using (no_grad())
    {
        var zscores = (rewards - rewards.mean()) / (rewards.std() + 1e-6);
        history.Add(new Dictionary<string, float>
        {
            ["reward"] = rewards.mean().ToSingle(),
            ["reward_std"] = rewards.std().ToSingle(),
            ["best_z"] = zscores.max().ToSingle(),
            ["mean_logp"] = stack(current.Select(lp => lp.sum() / lp.shape[0]).ToArray()).mean().ToSingle(),
            ["surrogate_per_seq"] = stack(terms.Select(x => x.detach().mean()).ToArray()).mean().ToSingle(),
        });
    }
}

foreach (var (h, i) in history.Select((h, i) => (h, i)).Where(p => p.i % 25 == 0))
    Console.WriteLine($"{i,4}  " + string.Join("  ", h.Select(kv => $"{kv.Key}={kv.Value:F3}")));
