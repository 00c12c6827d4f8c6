// case: own.303
// expect: GRPO001, GRPO002, GRPO003
// shape: top-level program with a toy arithmetic task, small policy class below, everything else inline
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const int Vocab = 14, Eos = 13, Group = 12, MaxLen = 10, Hidden = 64;
random.manual_seed(3);
var policy = new TinyNet(Vocab, Hidden);
var opt = optim.Adam(policy.parameters(), 3e-4);
var rng = new Random(5);

for (int iter = 0; iter < 400; iter++)
{
    using var scope = NewDisposeScope();
    int a = rng.Next(10), b = rng.Next(10);
    var prompt = tensor(new long[] { a, 10, b, 11 }).unsqueeze(0).repeat(Group, 1);

    Tensor seq = prompt, oldLp, mask, reward;
    using (no_grad())
    {
        for (int t = 0; t < MaxLen; t++)
        {
            var probs = policy.forward(seq)[TensorIndex.Colon, -1].softmax(-1);
            seq = cat(new[] { seq, probs.multinomial(1) }, 1);
        }
        var gen = seq.narrow(1, 4, MaxLen);
        var ended = gen.eq(Eos).to_type(ScalarType.Float32).cumsum(1);
        mask = (ended - gen.eq(Eos).to_type(ScalarType.Float32)).eq(0).to_type(ScalarType.Float32);
        reward = tensor(Enumerable.Range(0, Group).Select(i => Judge(gen[i], a + b)).ToArray());
        oldLp = Logp(policy, seq);
    }

    var adv = reward - reward.mean();
    adv = {|GRPO002:adv / (reward.std() + 1e-8)|};

    for (int k = 0; k < 8; k++)
    {
        var r = exp(Logp(policy, seq) - oldLp);
        var A = adv.view(-1, 1);
        var l = -min(r * A, clamp(r, 0.8, 1.2) * A) * mask;
        var loss = {|GRPO001:(l.sum(1) / mask.sum(1))|}.mean();
        opt.zero_grad();
        loss.backward();
        {|GRPO003:opt.step()|};
    }
    if (iter % 20 == 0) Console.WriteLine($"{iter,4}  reward {reward.mean().ToSingle():F3}");
}

static Tensor Logp(TinyNet net, Tensor seq)
{
    var logits = net.forward(seq).narrow(1, 3, MaxLen);
    var gen = seq.narrow(1, 4, MaxLen);
    return logits.log_softmax(-1).gather(2, gen.unsqueeze(2)).squeeze(2);
}

static float Judge(Tensor gen, int wanted)
{
    var digits = gen.data<long>().ToArray().TakeWhile(x => x < 10).ToArray();
    if (digits.Length == 0) return 0f;
    long v = digits.Aggregate(0L, (s, d) => s * 10 + d);
    return v == wanted ? 1f : 0.1f;
}

sealed class TinyNet : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> embed, mix, head;

    public TinyNet(long vocab, long hidden) : base("tiny")
    {
        embed = nn.Embedding(vocab, hidden);
        mix = nn.Linear(2 * hidden, hidden);
        head = nn.Linear(hidden, vocab);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids)
    {
        var e = embed.call(ids);
        var history = e.cumsum(1) / arange(1, ids.shape[1] + 1).to_type(ScalarType.Float32).view(1, -1, 1);
        return head.call(mix.call(cat(new[] { e, history }, -1)).tanh());
    }
}
