// case: own.034
// expect: GRPO003
// shape: RLHF PPO with a value head, token advantages by GAE whitened over the batch, four epochs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class RlhfPpoTrainer
{
    private readonly nn.Module<Tensor, (Tensor logits, Tensor values)> model;
    private readonly optim.Optimizer optimizer;
    private readonly int ppoEpochs = 4;

    public RlhfPpoTrainer(nn.Module<Tensor, (Tensor logits, Tensor values)> model)
    {
        this.model = model;
        optimizer = optim.Adam(model.parameters(), lr: 1.41e-5);
    }

    private static Tensor MaskedMean(Tensor x, Tensor m) => (x * m).sum() / m.sum();

    private static Tensor Whiten(Tensor x, Tensor m)
    {
        var mean = MaskedMean(x, m);
        var variance = MaskedMean((x - mean).pow(2), m);
        return (x - mean) * (variance + 1e-8).rsqrt();
    }

    private static Tensor Gae(Tensor rewards, Tensor values, double lam)
    {
        var t = rewards.shape[1];
        var reversed = new List<Tensor>();
        var last = zeros(rewards.shape[0]);
        for (var i = t - 1; i >= 0; i--)
        {
            var next = i + 1 < t ? values.select(1, i + 1) : zeros_like(last);
            var delta = rewards.select(1, i) + next - values.select(1, i);
            last = delta + lam * last;
            reversed.Add(last);
        }

        reversed.Reverse();
        return stack(reversed, 1);
    }

    public void Step(Tensor ids, Tensor mask, Tensor oldLp, Tensor oldValues, Tensor tokenRewards)
    {
        var gae = Gae(tokenRewards, oldValues, 0.95);
        var returns = gae + oldValues;
        var adv = Whiten(gae, mask).detach();
        for (var e = 0; e < ppoEpochs; e++)
        {
            var (logits, values) = model.call(ids);
            var lp = logits.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - oldLp).exp();
            var pg = MaskedMean(maximum(-adv * ratio, -adv * ratio.clamp(0.8, 1.2)), mask);
            var clippedV = oldValues + (values - oldValues).clamp(-0.2, 0.2);
            var vf = MaskedMean(maximum((values - returns).pow(2), (clippedV - returns).pow(2)), mask);
            var loss = pg + 0.05 * vf;
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
