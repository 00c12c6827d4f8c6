// case: own.237
// expect: none
// shape: packed ragged sequences, losses summed and divided by the tokens of the whole batch
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public record Completion(long[] Prompt, long[] Tokens, float Reward);

public class RaggedTokenMean
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public RaggedTokenMean(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    public void Step(IReadOnlyList<Completion> batch)
    {
        var baseline = batch.Average(c => c.Reward);
        var tokens = batch.Sum(c => c.Tokens.Length);
        optimizer.zero_grad();
        foreach (var c in batch)
        {
            using var scope = NewDisposeScope();
            var ids = tensor(c.Prompt.Concat(c.Tokens).ToArray());
            var logits = lm.call(ids).narrow(0, c.Prompt.Length - 1, c.Tokens.Length);
            var lp = logits.log_softmax(-1).gather(1, tensor(c.Tokens).unsqueeze(1)).squeeze(1);
            var loss = -(lp * (c.Reward - baseline)).sum() / tokens;
            loss.backward();
        }

        optimizer.step();
        Console.WriteLine($"mean length {batch.Average(c => c.Tokens.Length):F1}");
    }
}
