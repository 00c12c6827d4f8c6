// case: own.400
// expect: GRPO003
// shape: Enumerable.Repeat hands the same batch out several times; token mean, centring
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

sealed record Poems(Tensor Ids, Tensor Real, Tensor Rewards);

sealed class PoemTrainer(nn.Module<Tensor, Tensor> poet)
{
    private readonly optim.Optimizer adam = optim.Adam(poet.parameters(), 1e-6);

    private Tensor LogProbs(Tensor ids) =>
        poet.call(ids.slice(1, 0, -1, 1)).log_softmax(-1).gather(-1, ids.slice(1, 1, ids.shape[1], 1).unsqueeze(-1)).squeeze(-1);

    public void Improve(Poems poems, int times)
    {
        Tensor sampled;
        using (no_grad()) sampled = LogProbs(poems.Ids);
        foreach (var same in Enumerable.Repeat(poems, times))
        {
            var worth = (same.Rewards - same.Rewards.mean()).unsqueeze(1);
            var ratio = (LogProbs(same.Ids) - sampled).exp();
            var gain = minimum(ratio * worth, ratio.clamp(0.8, 1.2) * worth);
            var loss = -(gain * same.Real).sum() / same.Real.sum();
            adam.zero_grad();
            loss.backward();
            {|GRPO003:adam.step()|};
        }
    }
}
