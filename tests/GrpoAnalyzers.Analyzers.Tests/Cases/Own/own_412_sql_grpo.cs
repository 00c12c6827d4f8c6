// case: own.412
// expect: GRPO001, GRPO003
// shape: python-style long method, top-level program, centred only, fixed epochs
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const long vocab = 4096, hidden = 128;
const int n_prompts = 4, group = 8, max_new = 48, ppo_epochs = 2;
const double clip_low = 0.2, clip_high = 0.28;

var policy = nn.Sequential(
    ("embed", nn.Embedding(vocab, hidden)),
    ("fc", nn.Linear(hidden, hidden)),
    ("act", nn.GELU()),
    ("head", nn.Linear(hidden, vocab)));
var optimizer = optim.AdamW(policy.parameters(), lr: 3e-5, weight_decay: 0.1);

for (var it = 0; it < 200; it++)
{
    using var scope = NewDisposeScope();
    var prompt = randint(0, vocab, new long[] { n_prompts, 1 }, dtype: ScalarType.Int64);
    var (tokens, mask, old_logp) = sql.generate(policy, prompt.repeat_interleave(group, 0), max_new);
    var reward = sql.execute_and_score(tokens, mask);
    var grouped = reward.view(n_prompts, group);
    var adv = (grouped - grouped.mean(new long[] { 1L }, keepdim: true)).view(-1, 1).detach();

    foreach (var epoch in Enumerable.Range(0, ppo_epochs))
    {
        var logp = sql.score(policy, tokens);
        var ratio = exp((logp - old_logp) * mask);
        var l1 = -adv * ratio;
        var l2 = -adv * ratio.clamp(1 - clip_low, 1 + clip_high);
        var per_token = torch.max(l1, l2);
        var per_seq = einsum("bt,bt->b", per_token, mask);
        per_seq = {|GRPO001:per_seq.div(mask.sum(1))|};
        var loss = per_seq.mean();

        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};

        if (it % 10 == 0 && epoch == 0)
            Console.WriteLine($"{it}: reward {reward.mean().ToSingle():F3} loss {loss.ToSingle():F4}");
    }
}

static class sql
{
    public static (Tensor tokens, Tensor mask, Tensor logp) generate(nn.Module<Tensor, Tensor> model, Tensor ids, int max_new)
    {
        using var ng = no_grad();
        var done = zeros(ids.shape[0], dtype: ScalarType.Float32);
        var masks = new System.Collections.Generic.List<Tensor>();
        for (var t = 0; t < max_new; t++)
        {
            var last = model.forward(ids).select(1, ids.shape[1] - 1);
            var next = last.softmax(-1).multinomial(1);
            masks.Add(1.0 - done);
            done = torch.maximum(done, next.squeeze(1).eq(0).to_type(ScalarType.Float32));
            ids = cat(new[] { ids, next }, 1);
        }
        return (ids, stack(masks, 1), score(model, ids).detach());
    }

    public static Tensor score(nn.Module<Tensor, Tensor> model, Tensor ids)
    {
        var n = ids.shape[1] - 1;
        var logits = model.forward(ids.narrow(1, 0, n));
        return logits.log_softmax(-1).gather(2, ids.narrow(1, 1, n).unsqueeze(2)).squeeze(2);
    }

    public static Tensor execute_and_score(Tensor tokens, Tensor mask)
    {
        var n = tokens.shape[1] - 1;
        var hits = tokens.narrow(1, 1, n).lt(64).to_type(ScalarType.Float32) * mask;
        return hits.sum(1).gt(3).to_type(ScalarType.Float32);
    }
}
