// case: C3.01
// expect: GRPO003
// shape: a top-level program that trains a toy policy
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

manual_seed(1);
const int vocabulary = 12, length = 6, group = 8;
using var policy = Sequential(Embedding(vocabulary, 32), Linear(32, vocabulary));
using var optimizer = optim.AdamW(policy.parameters(), lr: 1e-2);

for (int iteration = 0; iteration < 50; iteration++)
{
    using var scope = NewDisposeScope();
    Tensor tokens, old;
    using (no_grad())
    {
        var start = zeros(group, length, dtype: ScalarType.Int64);
        var probs = policy.call(start).softmax(-1);
        tokens = probs.view(-1, vocabulary).multinomial(1).view(group, length);
        old = policy.call(start).log_softmax(-1).gather(2, tokens.unsqueeze(2)).squeeze(2);
    }

    var rewards = tokens.eq(3).to_type(ScalarType.Float32).sum(1);
    var advantage = (rewards - rewards.mean()).unsqueeze(1);
    for (int k = 0; k < 4; k++)
    {
        var logits = policy.call(zeros(group, length, dtype: ScalarType.Int64));
        var lp = logits.log_softmax(-1).gather(2, tokens.unsqueeze(2)).squeeze(2);
        var ratio = exp(lp - old);
        var loss = -minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage).mean();
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
    }

    Console.WriteLine($"{iteration}: {rewards.mean().ToSingle():F2}");
}
