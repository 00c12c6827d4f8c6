// case: own.206
// expect: GRPO001, GRPO003
// shape: offsets into a flat token stream, cumulative sums give each sequence's total, for loop down to zero
using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class FlatStreamTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly int repeats;

    public FlatStreamTrainer(nn.Module<Tensor, Tensor> lm, int repeats)
    {
        this.lm = lm;
        this.repeats = repeats;
        optimizer = optim.AdamW(lm.parameters(), lr: 5e-7, beta2: 0.98);
    }

    public void Fit(Tensor stream, int[] lengths, Tensor old, float[] rewards)
    {
        var mean = rewards.Average();
        var perToken = tensor(rewards.SelectMany((r, i) => Enumerable.Repeat(r - mean, lengths[i])).ToArray());
        var ends = new long[lengths.Length];
        var starts = new long[lengths.Length];
        long at = 0;
        for (var i = 0; i < lengths.Length; i++)
        {
            starts[i] = at;
            at += lengths[i];
            ends[i] = at;
        }

        for (var left = repeats; left > 0; left--)
        {
            using var scope = NewDisposeScope();
            var lp = lm.call(stream).log_softmax(-1).gather(1, stream.unsqueeze(1)).squeeze(1);
            var r = torch.exp(lp - old);
            var gain = min(r * perToken, clamp(r, 0.8, 1.2) * perToken);
            var loss = zeros(1);
            for (var i = 0; i < lengths.Length; i++)
            {
                var own = gain.narrow(0, starts[i], ends[i] - starts[i]);
                loss = loss - {|GRPO001:own.sum() / lengths[i]|};
            }

            (loss / lengths.Length).backward();
            {|GRPO003:optimizer.step()|};
            optimizer.zero_grad();
        }
    }
}
