// case: own.499
// expect: GRPO003
// shape: one iterator makes the orders of the epochs, another cuts them; a look at the divergence from the reference comes before all updates
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

sealed class Layered(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> reference, int epochs)
{
    private readonly optim.Optimizer adam = optim.AdamW(policy.parameters(), 1e-6);

    private static Tensor LogProbs(nn.Module<Tensor, Tensor> model, Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    private IEnumerable<Tensor> Orders(long count)
    {
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            yield return randperm(count);
        }
    }

    private static IEnumerable<Tensor> Parts(IEnumerable<Tensor> orders, int size)
    {
        foreach (var order in orders)
        {
            foreach (var part in order.split(size))
            {
                yield return part;
            }
        }
    }

    public void Learn(Tensor ids, Tensor real, Tensor rewards)
    {
        Tensor old;
        using (no_grad())
        {
            old = LogProbs(policy, ids);
            var away = ((old - LogProbs(reference, ids)) * real).sum() / real.sum();
            if (away.item<float>() > 5f)
            {
                Console.WriteLine("far from the reference: this rollout is left out");
                return;
            }
        }

        var worth = (rewards - rewards.mean()).unsqueeze(1);
        foreach (var rows in Parts(Orders(ids.shape[0]), 16))
        {
            var ratio = exp(LogProbs(policy, ids[rows]) - old[rows]);
            var gain = minimum(ratio * worth[rows], ratio.clamp(0.8, 1.2) * worth[rows]);
            var kept = real[rows];
            adam.zero_grad();
            (-(gain * kept).sum() / kept.sum()).backward();
            {|GRPO003:adam.step()|};
        }
    }
}
