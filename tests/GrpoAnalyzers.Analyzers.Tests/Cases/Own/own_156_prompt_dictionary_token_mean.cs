// case: own.156
// expect: GRPO002, GRPO003
// shape: per-prompt dictionary with Welford accumulators, token mean, passes by Enumerable.Range
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class Welford
{
    private int n;
    private double mean;
    private double m2;

    public void Push(double x)
    {
        n++;
        var d = x - mean;
        mean += d / n;
        m2 += d * (x - mean);
    }

    public double Mean => mean;

    public double Deviation => n > 1 ? Math.Sqrt(m2 / (n - 1)) : 0;
}

public sealed class DialogueTrainer
{
    private readonly nn.Module<Tensor, Tensor> bot;
    private readonly optim.Optimizer optimiser;
    private readonly int updatesPerBatch;

    public DialogueTrainer(nn.Module<Tensor, Tensor> bot, int updatesPerBatch)
    {
        this.bot = bot;
        this.updatesPerBatch = updatesPerBatch;
        optimiser = optim.NAdam(bot.parameters(), lr: 1e-6);
    }

    public void Learn(string[] promptIds, float[] rewards, Tensor ids, Tensor mask, Tensor oldLp)
    {
        var byPrompt = new Dictionary<string, Welford>();
        for (var i = 0; i < rewards.Length; i++)
        {
            if (!byPrompt.TryGetValue(promptIds[i], out var acc))
            {
                byPrompt[promptIds[i]] = acc = new Welford();
            }

            acc.Push(rewards[i]);
        }

        var advantages = new float[rewards.Length];
        for (var i = 0; i < rewards.Length; i++)
        {
            var acc = byPrompt[promptIds[i]];
            advantages[i] = (float)({|GRPO002:(rewards[i] - acc.Mean) / (acc.Deviation + 1e-4)|});
        }

        var a = tensor(advantages).unsqueeze(1);
        var tokens = mask.sum();
        foreach (var _ in Enumerable.Range(0, updatesPerBatch))
        {
            var lp = bot.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - oldLp).exp();
            var objective = minimum(ratio * a, ratio.clamp(0.8, 1.27) * a);
            var loss = -(objective * mask).sum() / tokens;
            optimiser.zero_grad();
            loss.backward();
            {|GRPO003:optimiser.step()|};
        }
    }
}
