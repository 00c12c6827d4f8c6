// case: own.406
// expect: GRPO003
// shape: all epochs as one sequence of row numbers, shuffled an epoch, cut into chunks across epochs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

sealed class Chunked(nn.Module<Tensor, Tensor> policy)
{
    private readonly optim.Optimizer adam = optim.AdamW(policy.parameters(), 1e-6);
    private readonly Random random = new(1);

    private Tensor LogProbs(Tensor ids) => policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    public void Learn(Tensor ids, Tensor real, Tensor rewards, Tensor old)
    {
        var worth = (rewards - rewards.mean()).unsqueeze(1);
        var count = (int)ids.shape[0];
        var numbers = Enumerable.Range(0, 4).SelectMany(_ => Enumerable.Range(0, count).OrderBy(_ => random.Next()).Select(row => (long)row));
        foreach (var chunk in numbers.Chunk(16))
        {
            var rows = tensor(chunk);
            var ratio = exp(LogProbs(ids[rows]) - old[rows]);
            var gain = minimum(ratio * worth[rows], ratio.clamp(0.8, 1.2) * worth[rows]);
            var kept = real[rows];
            var loss = -(gain * kept).sum() / kept.sum();
            adam.zero_grad();
            loss.backward();
            {|GRPO003:adam.step()|};
        }
    }
}
