// case: own.384
// expect: none
// shape: visual question answering PPO with token values and GAE, batch-wide whitening, ratio stop via exception-free flag
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Vqa;

public sealed class ActorCritic : nn.Module<Tensor, Tensor, (Tensor logits, Tensor value)>
{
    private readonly nn.Module<Tensor, Tensor> embed = nn.Embedding(1000, 64), image = nn.Linear(128, 64);
    private readonly nn.Module<Tensor, Tensor> head = nn.Linear(64, 1000), critic = nn.Linear(64, 1);

    public ActorCritic() : base(nameof(ActorCritic)) => RegisterComponents();

    public override (Tensor logits, Tensor value) forward(Tensor pixels, Tensor tokens)
    {
        var h = (embed.call(tokens) + image.call(pixels).unsqueeze(1)).tanh();
        return (head.call(h), critic.call(h).squeeze(-1));
    }
}

public sealed class VqaPpo
{
    private readonly ActorCritic ac = new();
    private readonly optim.Optimizer adam;
    private readonly float maxClipFraction;

    public VqaPpo(float maxClipFraction = 0.15f)
    {
        adam = optim.Adam(ac.parameters(), 1e-5);
        this.maxClipFraction = maxClipFraction;
    }

    private (Tensor lp, Tensor v) Run(Tensor pixels, Tensor tokens)
    {
        var n = tokens.shape[1] - 1;
        var (logits, value) = ac.call(pixels, tokens.narrow(1, 0, n));
        return (logits.log_softmax(-1).gather(-1, tokens.narrow(1, 1, n).unsqueeze(-1)).squeeze(-1), value);
    }

    private static Tensor Gae(Tensor reward, Tensor value, Tensor mask, double lambda)
    {
        var steps = value.shape[1];
        var columns = new Tensor[steps];
        var carry = zeros(value.shape[0]);
        for (var t = steps - 1; t >= 0; t--)
        {
            var next = t + 1 < steps ? value.select(1, t + 1) * mask.select(1, t + 1) : zeros_like(carry);
            var delta = reward.select(1, t) + next - value.select(1, t);
            carry = (delta + lambda * carry) * mask.select(1, t);
            columns[t] = carry;
        }
        return stack(columns, 1);
    }

    public void Update(Tensor pixels, Tensor tokens, Tensor mask, Tensor reward, int epochs)
    {
        Tensor old, values;
        using (no_grad()) (old, values) = Run(pixels, tokens);
        var adv = Gae(reward, values, mask, 0.95);
        var returns = adv + values;
        var valid = adv.masked_select(mask.to(ScalarType.Bool));
        adv = (adv - valid.mean()) / (valid.std() + 1e-8);

        var count = mask.sum();
        var stop = false;
        for (int e = 0; e < epochs && !stop; e++)
        {
            var (lp, v) = Run(pixels, tokens);
            var ratio = (lp - old).exp();
            var policy = -(torch.minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / count;
            var critic = ((v - returns).square() * mask).sum() / count;
            adam.zero_grad();
            (policy + 0.5 * critic).backward();
            adam.step();
            var outside = ((ratio.detach() - 1).abs().gt(0.2).to(ScalarType.Float32) * mask).sum() / count;
            stop = outside.ToSingle() > maxClipFraction;
        }
    }
}
