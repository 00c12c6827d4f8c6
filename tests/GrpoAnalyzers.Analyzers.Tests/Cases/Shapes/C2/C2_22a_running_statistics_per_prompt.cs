// case: C2.22
// expect: GRPO002
// shape: a running mean and deviation is kept for each prompt and divides its rewards
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace RunningPrompt;

public sealed class RunningMeanStd
{
    private double count = 1e-4, mean, m2;

    public void Push(double x)
    {
        count += 1;
        var d = x - mean;
        mean += d / count;
        m2 += d * (x - mean);
    }

    public double Mean => mean;
    public double Std => Math.Sqrt(m2 / count + 1e-8);
}

public class RunningPromptTrainer
{
    private readonly Dictionary<string, RunningMeanStd> statistics = new();
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RunningPromptTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(string prompt, Tensor ids, Tensor mask, double[] rewards)
    {
        if (!statistics.TryGetValue(prompt, out var stats))
            statistics[prompt] = stats = new RunningMeanStd();
        var adv = new float[rewards.Length];
        foreach (var reward in rewards)
            stats.Push(reward);
        for (int i = 0; i < rewards.Length; i++)
            adv[i] = (float)({|GRPO002:(rewards[i] - stats.Mean) / stats.Std|});
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var loss = -(lp * torch.tensor(adv).unsqueeze(1) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
