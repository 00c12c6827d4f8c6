// case: own.254
// expect: GRPO001, GRPO003
// shape: top-level program, cross_entropy(None), leave-one-out, 2 inner epochs (const)
using System;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

// Teaches a tiny decoder to emit sorting networks: a sequence of "compare-exchange" tokens, 0 ends the program.
const int Wires = 6, Tokens = Wires * (Wires - 1) / 2 + 1, MaxLen = 20;
const int Prompts = 4, Samples = 8, InnerEpochs = 2;
const double EpsLow = 0.2, EpsHigh = 0.28;

var pairs = (from i in Enumerable.Range(0, Wires) from j in Enumerable.Range(i + 1, Wires - i - 1) select (i, j)).ToArray();
var embedding = nn.Embedding(Tokens + 1, 48);
var rnn = nn.LSTM(48, 96, batchFirst: true);
var head = nn.Linear(96, Tokens);
var weights = embedding.parameters().Concat(rnn.parameters()).Concat(head.parameters()).ToList();
var adamw = optim.AdamW(weights, lr: 5e-4);
var sched = optim.lr_scheduler.CosineAnnealingLR(adamw, 500);

for (var iteration = 0; iteration < 500; iteration++)
{
    using var d = NewDisposeScope();
    Tensor programs, old;
    using (no_grad())
    {
        programs = Generate(Prompts * Samples);
        old = -TokenNll(programs);
    }

    // a token counts until (and including) the first 0
    var ended = programs.eq(0).to(ScalarType.Int64).cumsum(1);
    var keep = (ended - programs.eq(0).to(ScalarType.Int64)).eq(0).to(ScalarType.Float32);

    var score = tensor(Enumerable.Range(0, Prompts * Samples).Select(i => Judge(programs[i].data<long>().ToArray())).ToArray());
    var grouped = score.view(Prompts, Samples);
    // leave-one-out baseline
    var baseline = (grouped.sum(1, keepdim: true) - grouped) / (Samples - 1);
    var adv = (grouped - baseline).view(-1, 1);

    for (var k = 0; k < InnerEpochs; k++)
    {
        var nll = TokenNll(programs);
        var r = torch.exp(-nll - old);
        var objective = torch.minimum(r * adv, r.clamp(1 - EpsLow, 1 + EpsHigh) * adv);
        var lengths = keep.sum(1);
        var loss = -({|GRPO001:(objective * keep).sum(1) / lengths|}).mean();
        adamw.zero_grad();
        loss.backward();
        {|GRPO003:adamw.step()|};
    }
    sched.step();
    if (iteration % 25 == 0)
        Console.WriteLine($"{iteration,5}  score {score.mean().ToSingle():F3}  comparators {keep.sum(1).mean().ToSingle() - 1:F1}");
}

Tensor Logits(Tensor ids)
{
    var start = torch.full(new[] { ids.shape[0], 1L }, Tokens, ScalarType.Int64);
    var input = torch.cat(new[] { start, ids.narrow(1, 0, ids.shape[1] - 1) }, 1);
    return head.call(rnn.call(embedding.call(input)).Item1);
}

Tensor TokenNll(Tensor ids) =>
    F.cross_entropy(Logits(ids).transpose(1, 2), ids, reduction: nn.Reduction.None);

Tensor Generate(int n)
{
    var ids = torch.zeros(n, 1, ScalarType.Int64);
    for (var t = 0; t < MaxLen; t++)
    {
        var p = Logits(ids).select(1, t).softmax(-1);
        ids.select(1, t).copy_(torch.multinomial(p, 1).squeeze(1));
        if (t + 1 < MaxLen) ids = torch.cat(new[] { ids, torch.zeros(n, 1, ScalarType.Int64) }, 1);
    }
    return ids;
}

float Judge(long[] program)
{
    var good = 0;
    for (var bits = 0; bits < 1 << Wires; bits++)
    {
        var wires = Enumerable.Range(0, Wires).Select(i => bits >> i & 1).ToArray();
        foreach (var token in program.TakeWhile(x => x != 0))
        {
            var (i, j) = pairs[token - 1];
            if (wires[i] > wires[j]) (wires[i], wires[j]) = (wires[j], wires[i]);
        }
        if (wires.Zip(wires.Skip(1)).All(w => w.First <= w.Second)) good++;
    }
    return good / (float)(1 << Wires);
}
