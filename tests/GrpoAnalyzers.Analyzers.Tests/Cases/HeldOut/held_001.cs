// case: held.001
// expect: GRPO001, GRPO002, GRPO003
// shape: a top-level program with everything in a row, lists of floats, for loops
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const int G = 8;
const int InnerSteps = 4;
var vocab = 16;
var model = nn.Sequential(("emb", nn.Embedding(vocab, 32)), ("fc", nn.Linear(32, vocab)));
var adam = optim.AdamW(model.parameters(), lr: 1e-3);
var random = new Random(1);

for (var iteration = 0; iteration < 200; iteration++)
{
    var sequences = new List<Tensor>();
    var old = new List<Tensor>();
    var rewards = new float[G];
    for (var g = 0; g < G; g++)
    {
        var length = random.Next(4, 12);
        var tokens = zeros(1, dtype: ScalarType.Int64);
        using (no_grad())
        {
            for (var t = 0; t < length; t++)
            {
                var p = model.call(tokens).select(0, -1).softmax(-1);
                tokens = cat(new[] { tokens, p.multinomial(1) });
            }

            old.Add(Score(tokens));
        }

        sequences.Add(tokens);
        rewards[g] = tokens.eq(3).sum().ToSingle() / length;
    }

    var average = rewards.Average();
    var deviation = (float)Math.Sqrt(rewards.Select(r => Math.Pow(r - average, 2)).Sum() / (G - 1));
    var advantages = new float[G];
    for (var g = 0; g < G; g++)
    {
        advantages[g] = {|GRPO002:(rewards[g] - average) / (deviation + 1e-4f)|};
    }

    for (var k = 0; k < InnerSteps; k++)
    {
        var loss = zeros(1);
        for (var g = 0; g < G; g++)
        {
            var ratio = (Score(sequences[g]) - old[g]).exp();
            var term = minimum(ratio * advantages[g], ratio.clamp(0.8, 1.2) * advantages[g]);
            loss = loss - {|GRPO001:term.mean()|} / G;
        }

        adam.zero_grad();
        loss.backward();
        {|GRPO003:adam.step()|};
    }
}

Tensor Score(Tensor tokens)
{
    var inputs = tokens.narrow(0, 0, tokens.shape[0] - 1);
    var targets = tokens.narrow(0, 1, tokens.shape[0] - 1);
    return model.call(inputs).log_softmax(-1).gather(1, targets.unsqueeze(1)).squeeze(1);
}
