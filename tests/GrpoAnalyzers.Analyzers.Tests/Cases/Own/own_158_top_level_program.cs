// case: own.158
// expect: GRPO001, GRPO002
// shape: top-level program, local functions, flag with default true, single update a rollout
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

const int vocabulary = 128;
const int groupSize = 4;
const bool scaleByDeviation = true;

var random = new Random(7);
var lm = nn.Sequential(nn.Embedding(vocabulary, 64), nn.Linear(64, 64), nn.GELU(), nn.Linear(64, vocabulary));
var optimizer = optim.AdamW(lm.parameters(), lr: 3e-4);

for (var step = 0; step < 200; step++)
{
    using var scope = NewDisposeScope();
    var (tokens, mask, rewards) = Rollout();
    var advantages = Advantages(rewards);
    var lp = LogProbs(tokens);
    var perToken = -(lp - lp.detach()).exp() * advantages.unsqueeze(1);
    var loss = SequenceMean(perToken, mask);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    if (step % 20 == 0)
        Console.WriteLine($"{step}: {rewards.mean().item<float>():F3}");
}

Tensor LogProbs(Tensor ids) => lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

Tensor Advantages(Tensor rewards)
{
    var centred = rewards - rewards.mean();
    return scaleByDeviation ? {|GRPO002:centred / (rewards.std() + 1e-4)|} : centred;
}

Tensor SequenceMean(Tensor x, Tensor mask)
{
    var counts = mask.sum(1);
    return ({|GRPO001:(x * mask).sum(1) / counts|}).mean();
}

(Tensor tokens, Tensor mask, Tensor rewards) Rollout()
{
    const int longest = 24;
    var ids = randint(0, vocabulary, new long[] { groupSize, longest });
    var keep = new float[groupSize, longest];
    var reward = new float[groupSize];
    for (var i = 0; i < groupSize; i++)
    {
        var n = random.Next(3, longest);
        for (var t = 0; t < n; t++)
            keep[i, t] = 1;
        reward[i] = ids[i, 0].item<long>() % 2 == 0 ? 1f : 0f;
    }

    return (ids, tensor(keep), tensor(reward));
}
