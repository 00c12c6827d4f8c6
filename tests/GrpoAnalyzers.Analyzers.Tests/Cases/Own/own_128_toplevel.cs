// case: own.128
// expect: GRPO001, GRPO002, GRPO003
// shape: a top-level program: local functions normalise, row means by operators, four rounds
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

var vocab = 128;
var seed = args.Length > 0 ? int.Parse(args[0]) : 0;
manual_seed(seed);
var lm = nn.Sequential(nn.Embedding(vocab, 64), nn.Linear(64, vocab));
var opt = optim.AdamW(lm.parameters(), lr: 1e-4, weight_decay: 0.01);
const int Rounds = 100;
const int K = 8;

for (var round = 0; round < Rounds; round++)
{
    var (ids, mask, rewards) = Sample(K);
    Tensor before;
    using (no_grad())
    {
        before = LogP(ids).detach();
    }

    var adv = Standardise(rewards);
    for (var inner = 0; inner < 4; inner++)
    {
        using var _ = NewDisposeScope();
        var now = LogP(ids);
        var logRatio = now - before;
        var r = logRatio.exp();
        var a = adv.unsqueeze(-1);
        var surr = min(r * a, r.clamp(1 - 0.2, 1 + 0.28) * a);
        var loss = -{|GRPO001:((surr * mask).sum(-1) / mask.sum(-1))|}.mean();
        opt.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(lm.parameters(), 1.0);
        {|GRPO003:opt.step()|};
        if (inner == 0)
            Console.WriteLine($"{round}: {loss.item<float>():F4} r={rewards.mean().item<float>():F3}");
    }
}

Tensor LogP(Tensor ids)
{
    var logits = lm.call(ids[TensorIndex.Colon, TensorIndex.Slice(null, -1)]);
    return F.log_softmax(logits, -1).gather(2, ids[TensorIndex.Colon, TensorIndex.Slice(1)].unsqueeze(2)).squeeze(2);
}

static Tensor Standardise(Tensor scores)
{
    var grouped = scores.view(-1, K);
    var mu = grouped.mean(new long[] { 1 }, keepdim: true);
    var sigma = grouped.std(1, keepdim: true);
    return {|GRPO002:((grouped - mu) / (sigma + 1e-6))|}.flatten();
}

(Tensor, Tensor, Tensor) Sample(int k)
{
    var ids = randint(0, vocab, new long[] { 4 * k, 17 });
    var lens = randint(1, 16, new long[] { 4 * k });
    var m = (arange(16).unsqueeze(0) < lens.unsqueeze(1)).to(float32);
    return (ids, m, rand(4 * k));
}
