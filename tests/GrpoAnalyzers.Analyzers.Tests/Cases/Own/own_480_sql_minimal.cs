// case: own.480
// expect: GRPO001, GRPO002
// shape: minimal top-level program, one SQL question a step, ragged completions, one update
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const int vocab = 512, width = 128, K = 12, maxLen = 48, eos = 2;
var emb = nn.Embedding(vocab, width);
var rnn = nn.Linear(2 * width, width);
var head = nn.Linear(width, vocab);
var ps = emb.parameters().Concat(rnn.parameters()).Concat(head.parameters()).ToList();
var opt = optim.Adam(ps, lr: 3e-4);
var questions = System.IO.File.ReadAllLines("questions.tsv").Select(l => l.Split('\t')).ToArray();

for (var step = 0; step < 10_000; step++)
{
    using var scope = NewDisposeScope();
    var q = questions[step % questions.Length];
    var prompt = q[0].Select(c => (long)c % vocab).ToArray();

    var logps = new List<Tensor>();
    var rewards = new float[K];
    for (var k = 0; k < K; k++)
    {
        var h = zeros(1, width);
        foreach (var t in prompt) h = rnn.call(cat(new[] { emb.call(tensor(new[] { t })), h }, 1)).tanh();
        var lps = new List<Tensor>();
        var text = new List<long>();
        while (text.Count < maxLen)
        {
            var lp = head.call(h).log_softmax(-1);
            var tok = lp.detach().exp().multinomial(1);
            lps.Add(lp.gather(1, tok).squeeze());
            text.Add(tok.item<long>());
            if (text[^1] == eos) break;
            h = rnn.call(cat(new[] { emb.call(tok.squeeze(1)), h }, 1)).tanh();
        }
        logps.Add(stack(lps));
        rewards[k] = Score(text, q[1]);
    }

    var r = tensor(rewards);
    var adv = {|GRPO002:(r - r.mean()) / (r.std() + 1e-6)|};

    var loss = zeros(1);
    for (var k = 0; k < K; k++)
        loss = loss - {|GRPO001:(adv[k] * logps[k]).mean()|};
    loss = loss / K;

    opt.zero_grad();
    loss.backward();
    opt.step();
    if (step % 50 == 0) Console.WriteLine($"{step}\t{rewards.Average():F3}");
}

static float Score(List<long> sql, string gold)
{
    var want = gold.Select(c => (long)c % vocab).ToHashSet();
    var hit = sql.Count(want.Contains);
    return sql.Count == 0 ? 0f : hit / (float)Math.Max(sql.Count, want.Count);
}
