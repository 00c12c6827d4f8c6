// case: own.356
// expect: none
// shape: inner loops only accumulate gradients over shards of the rollout; a single step afterwards; clip and old log-probs present; top-level program
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const int vocab = 32, length = 16, group = 8, prompts = 4, shards = 4;
var net = new NextToken(vocab, 48);
var adamw = optim.AdamW(net.parameters(), 1e-3);
var warmup = optim.lr_scheduler.LambdaLR(adamw, i => Math.Min(1.0, (i + 1) / 20.0));

for (int iteration = 1; iteration <= 200; iteration++)
{
    using var outer = NewDisposeScope();
    var (ids, old) = Sample(prompts * group);
    var reward = ids.eq(7).to_type(ScalarType.Float32).mean(new long[] { 1 });
    var byPrompt = reward.view(prompts, group);
    var advantage = (byPrompt - byPrompt.mean(new long[] { 1 }, true)).view(-1, 1);
    var mask = ids.ne(0).to_type(ScalarType.Float32);
    var allTokens = mask.sum();

    adamw.zero_grad();
    float total = 0;
    foreach (var rows in arange(ids.shape[0]).chunk(shards))
    {
        using var inner = NewDisposeScope();
        var ratio = exp(Score(ids[rows]) - old[rows]);
        var gain = minimum(ratio * advantage[rows], ratio.clamp(0.8, 1.2) * advantage[rows]);
        var loss = -(gain * mask[rows]).sum() / allTokens;
        loss.backward();
        total += loss.ToSingle();
    }
    adamw.step();
    warmup.step();
    if (iteration % 10 == 0)
        Console.WriteLine($"{iteration}: reward {reward.mean().ToSingle():F3} loss {total:F4}");
}

Tensor Score(Tensor ids)
{
    var start = zeros(ids.shape[0], 1, dtype: int64);
    var input = cat(new[] { start, ids.narrow(1, 0, length - 1) }, 1);
    return net.forward(input).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
}

(Tensor ids, Tensor logp) Sample(int n)
{
    using var ng = no_grad();
    var seq = zeros(n, 1, dtype: int64);
    for (int t = 0; t < length; t++)
    {
        var next = net.forward(seq).select(1, t).softmax(-1).multinomial(1);
        seq = cat(new[] { seq, next }, 1);
    }
    var ids = seq.narrow(1, 1, length);
    return (ids, Score(ids));
}

sealed class NextToken : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> e, o;
    public NextToken(int vocab, int dim) : base("next")
    {
        e = nn.Embedding(vocab, dim);
        o = nn.Linear(dim, vocab);
        RegisterComponents();
    }
    public override Tensor forward(Tensor ids) => o.call(e.call(ids).tanh());
}
