// case: own.497
// expect: GRPO001, GRPO002, GRPO003
// shape: length weights computed as float array 1/len, LINQ variance over pass rates, weights multiply tokens
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Kata;

public sealed record Attempt(long[] Tokens, int Prompt, int Passed, int Total)
{
    public int Written => Tokens.Length - Prompt;
    public double PassRate => (double)Passed / Total;
}

public static class Estimators
{
    public static (double Mean, double Sd) Describe(IEnumerable<double> xs)
    {
        var a = xs.ToArray();
        var mean = a.Average();
        return (mean, Math.Sqrt(a.Sum(x => Math.Pow(x - mean, 2)) / a.Length));
    }
}

public sealed class KataTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly AdamW adamw;
    private readonly long pad;

    public KataTrainer(nn.Module<Tensor, Tensor> lm, long pad)
    {
        this.lm = lm;
        this.pad = pad;
        adamw = optim.AdamW(lm.parameters(), 1e-6, weight_decay: 0.0);
    }

    private Tensor TokenLogProbs(Tensor ids)
    {
        var n = ids.shape[1] - 1;
        return lm.forward(ids.narrow(1, 0, n)).log_softmax(-1)
            .gather(-1, ids.narrow(1, 1, n).unsqueeze(-1)).squeeze(-1);
    }

    /// <param name="attempts">All attempts at one kata.</param>
    public void Practise(IReadOnlyList<Attempt> attempts, int passes = 4)
    {
        using var scope = torch.NewDisposeScope();
        var width = attempts.Max(a => a.Tokens.Length);
        var ids = torch.tensor(attempts
            .SelectMany(a => a.Tokens.Concat(Enumerable.Repeat(pad, width - a.Tokens.Length)))
            .ToArray()).view(attempts.Count, width);
        var mask = torch.tensor(attempts
            .SelectMany(a => Enumerable.Range(1, width - 1).Select(t => t >= a.Prompt && t < a.Tokens.Length ? 1f : 0f))
            .ToArray()).view(attempts.Count, width - 1);

        var (mean, sd) = Estimators.Describe(attempts.Select(a => a.PassRate));
        var adv = torch.tensor(attempts
            .Select(a => (float)({|GRPO002:(a.PassRate - mean) / (sd + 1e-4)|}))
            .ToArray()).unsqueeze(1);

        var inverseLength = torch.tensor(attempts.Select(a => {|GRPO001:1f / a.Written|}).ToArray());

        Tensor old;
        using (torch.no_grad()) old = TokenLogProbs(ids);

        for (var pass = 0; pass < passes; pass++)
        {
            var ratio = ((TokenLogProbs(ids) - old) * mask).exp();
            var surrogate = torch.minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask;
            var perAttempt = surrogate.sum(1) * inverseLength;
            var loss = -perAttempt.mean();
            adamw.zero_grad();
            loss.backward();
            {|GRPO003:adamw.step()|};
        }
    }
}
