// case: own.460
// expect: GRPO001, GRPO002, GRPO003
// shape: three-dimensional layout, masked-mean extension method with axis, delegates
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace MultiTurn;

public static class MaskedOps
{
    public static Tensor MaskedMean(this Tensor x, Tensor mask, long axis) =>
        (x * mask).sum(axis) / mask.sum(axis).clamp_min(1);
}

/// Tokens, Targets, Mask: [tasks, attempts, tokens]; Outcome: [tasks, attempts].
public sealed class AttemptBatch
{
    public Tensor Tokens { get; set; } = null!;
    public Tensor Targets { get; set; } = null!;
    public Tensor Mask { get; set; } = null!;
    public Tensor Outcome { get; set; } = null!;
}

public sealed class MultiTurnTrainer
{
    private readonly Func<Tensor, Tensor> forward;
    private readonly optim.Optimizer optimizer;
    private readonly Action<string> log;

    public MultiTurnTrainer(nn.Module<Tensor, Tensor> model, Action<string> log)
    {
        forward = model.call;
        this.log = log;
        optimizer = optim.Adam(model.parameters(), lr: 1e-6);
    }

    private Tensor LogProbs(AttemptBatch b)
    {
        var logits = forward(b.Tokens.flatten(0, 1));
        var picked = logits.log_softmax(-1).gather(-1, b.Targets.flatten(0, 1).unsqueeze(-1)).squeeze(-1);
        return picked.view(b.Targets.shape);
    }

    private static Tensor Advantages(Tensor outcome)
    {
        var mu = outcome.mean(new long[] { -1 }, keepdim: true);
        var sd = outcome.std(-1, unbiased: false, keepdim: true);
        var a = {|GRPO002:outcome.sub(mu).div(sd.add(1e-4))|};
        return a.unsqueeze(-1);
    }

    public void Optimise(AttemptBatch b)
    {
        Tensor frozen;
        using (no_grad()) frozen = LogProbs(b).detach();
        var adv = Advantages(b.Outcome);

        Func<Tensor> objective = () =>
        {
            var ratio = LogProbs(b).sub(frozen).exp();
            var s = torch.minimum(ratio.mul(adv), ratio.clamp(0.8, 1.2).mul(adv));
            return {|GRPO001:(s.MaskedMean(b.Mask, 2))|}.mean();
        };

        const int rounds = 2;
        for (var round = 1; round <= rounds; round++)
        {
            using var scope = NewDisposeScope();
            var loss = -objective();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
            log($"round {round}/{rounds}");
        }
    }
}
