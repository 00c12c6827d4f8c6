// case: own.260
// expect: GRPO001, GRPO002
// shape: detached truncated weights over several updates (no 003), 3-D [P,G,T], primary constructor
using System;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ChainOfThought;

/// Weighted log-likelihood with truncated, detached importance weights. Tensors are [prompt, sample, token].
public class WeightedLikelihoodTrainer(nn.Module<Tensor, Tensor> lm, double weightMax = 4.0)
{
    readonly AdamW adamw = optim.AdamW(lm.parameters(), lr: 2e-6, beta1: 0.9, beta2: 0.98);

    public record Rollout(Tensor Ids, Tensor Mask, Tensor Reward, Tensor SamplerLogProb);

    public void Fit(Rollout rollout, int iterations)
    {
        var advantage = Standardize(rollout.Reward);
        foreach (var i in Enumerable.Range(0, iterations))
        {
            using var scope = NewDisposeScope();
            var loss = Loss(rollout, advantage);
            adamw.zero_grad();
            loss.backward();
            var norm = nn.utils.clip_grad_norm_(lm.parameters(), 1.0);
            adamw.step();
            Console.WriteLine($"  iteration {i}: grad norm {norm:G4}");
        }
    }

    Tensor Standardize(Tensor reward)
    {
        var deviation = reward.std(1, keepdim: true) + 1e-4;
        var centred = reward - reward.mean([1], keepdim: true);
        return {|GRPO002:centred / deviation|};
    }

    Tensor Loss(Rollout x, Tensor advantage)
    {
        var (p, g, t) = (x.Ids.shape[0], x.Ids.shape[1], x.Ids.shape[2]);
        var flat = x.Ids.view(p * g, t);
        var logits = lm.call(flat.narrow(1, 0, t - 1));
        var logp = logits.log_softmax(-1).gather(2, flat.narrow(1, 1, t - 1).unsqueeze(2)).view(p, g, t - 1);

        var weight = (logp.detach() - x.SamplerLogProb).exp().clamp_max(weightMax);
        var term = weight * advantage.unsqueeze(2) * logp * x.Mask;
        var perSample = {|GRPO001:term.sum(2) / x.Mask.sum(2)|};
        return -perSample.mean();
    }
}
