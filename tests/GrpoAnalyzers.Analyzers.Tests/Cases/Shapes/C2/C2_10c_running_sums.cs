// case: C2.10
// expect: GRPO002
// shape: running sum and sum of squares per prompt, variance by their difference
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace RunningSums;

public sealed class Completion
{
    public required long[] Tokens { get; init; }
    public required float Score { get; init; }
}

public class SumsTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public SumsTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 3e-6);
    }

    public void Learn(IEnumerable<List<Completion>> prompts)
    {
        optimizer.zero_grad();
        var losses = new List<Tensor>();
        var count = 0L;
        foreach (var completions in prompts)
        {
            float s = 0, s2 = 0;
            foreach (var c in completions)
            {
                s += c.Score;
                s2 += c.Score * c.Score;
            }

            int n = completions.Count;
            float mu = s / n;
            float sigma = MathF.Sqrt(MathF.Max(0f, s2 / n - mu * mu));
            foreach (var c in completions)
            {
                float a = {|GRPO002:(c.Score - mu) / (sigma + 1e-6f)|};
                var ids = torch.tensor(c.Tokens);
                var lp = policy.call(ids.unsqueeze(0))[0].log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                losses.Add(-a * lp.sum());
                count += c.Tokens.Length;
            }
        }

        var loss = torch.stack(losses).sum() / count;
        loss.backward();
        optimizer.step();
    }
}
