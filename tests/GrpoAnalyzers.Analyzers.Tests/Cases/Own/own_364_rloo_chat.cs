// case: own.364
// expect: GRPO001
// shape: leave-one-out, weights 1/length broadcast into the mask, top-level program
using System;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

const int vocab = 256, hidden = 128, prompts = 4, k = 5, maxLen = 48;

var lm = Sequential(
    ("emb", Embedding(vocab, hidden)),
    ("fc1", Linear(hidden, hidden)),
    ("act", GELU()),
    ("head", Linear(hidden, vocab)));
var optimizer = optim.AdamW(lm.parameters(), 3e-5);

for (var iteration = 0; iteration < 200; iteration++)
{
    using var scope = NewDisposeScope();
    var (reply, lengths) = Generate();
    var positions = arange(maxLen, ScalarType.Int64).unsqueeze(0);
    var mask = positions.lt(lengths.unsqueeze(1)).to_type(ScalarType.Float32);

    var reward = Judge(reply, mask).view(prompts, k);
    var others = (reward.sum(1, keepdim: true) - reward) / (k - 1);
    var advantage = (reward - others).view(-1, 1);

    var logp = functional.log_softmax(lm.forward(reply.narrow(1, 0, maxLen)), -1)
        .gather(-1, reply.narrow(1, 1, maxLen).unsqueeze(-1)).squeeze(-1);
    var weight = {|GRPO001:mask / lengths.unsqueeze(1)|};
    var loss = -(logp * advantage * weight).sum() / (prompts * k);

    optimizer.zero_grad();
    loss.backward();
    optimizer.step();

    if (iteration % 20 == 0)
        Console.WriteLine($"{iteration,4} reward {reward.mean().item<float>():F3} length {lengths.to_type(ScalarType.Float32).mean().item<float>():F1}");
}

(Tensor Reply, Tensor Lengths) Generate()
{
    using var _ = no_grad();
    var tokens = randint(0, vocab, new long[] { prompts, 1 }).repeat_interleave(k, 0);
    for (var t = 0; t < maxLen; t++)
    {
        var last = lm.forward(tokens.narrow(1, tokens.shape[1] - 1, 1)).squeeze(1);
        var next = multinomial(functional.softmax(last, -1), 1);
        tokens = cat(new[] { tokens, next }, 1);
    }
    var ended = tokens.narrow(1, 1, maxLen).eq(0).to_type(ScalarType.Int64);
    var lengths = ended.cumsum(1).eq(0).sum(1).clamp(1, maxLen);
    return (tokens, lengths);
}

static Tensor Judge(Tensor reply, Tensor mask)
{
    var vowels = reply.narrow(1, 1, maxLen).remainder(5).eq(0).to_type(ScalarType.Float32);
    return (vowels * mask).sum(1) / mask.sum(1).clamp(1, maxLen);
}
