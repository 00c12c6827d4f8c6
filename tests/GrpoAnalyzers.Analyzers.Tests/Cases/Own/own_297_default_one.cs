// case: own.297
// expect: none
// shape: inner iterations default to 1, leave-one-out, token mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Regexes;

public sealed record TrainerOptions
{
    public int NumIterations { get; init; } = 1;
    public double Epsilon { get; init; } = 0.2;
    public double LearningRate { get; init; } = 1e-6;
    public double LengthPenalty { get; init; } = 0.001;
}

public sealed class RegexTrainer
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly TrainerOptions _options = new();
    private readonly AdamW _adamw;

    public RegexTrainer(nn.Module<Tensor, Tensor> model)
    {
        _model = model;
        _adamw = optim.AdamW(model.parameters(), _options.LearningRate);
    }

    private static float[] LeaveOneOut(IReadOnlyList<float> rewards)
    {
        var sum = rewards.Sum();
        return rewards.Select(r => r - (sum - r) / (rewards.Count - 1)).ToArray();
    }

    public void Train(IReadOnlyList<(long[] prompt, long[] regex, float matched)> group)
    {
        var rewards = group.Select(s => s.matched - (float)_options.LengthPenalty * s.regex.Length).ToList();
        var advantages = LeaveOneOut(rewards);
        var tokens = group.Sum(s => s.regex.Length);
        List<Tensor> old;
        using (no_grad()) old = group.Select(s => LogProbs(s.prompt, s.regex)).ToList();

        for (var iteration = 0; iteration < _options.NumIterations; iteration++)
        {
            var objective = zeros(1);
            for (var i = 0; i < group.Count; i++)
            {
                var ratio = (LogProbs(group[i].prompt, group[i].regex) - old[i]).exp();
                var bounded = ratio.clamp(1 - _options.Epsilon, 1 + _options.Epsilon);
                objective = objective + torch.min(ratio * advantages[i], bounded * advantages[i]).sum();
            }
            var loss = -objective / tokens;
            _adamw.zero_grad();
            loss.backward();
            _adamw.step();
        }
        Console.WriteLine($"matched {group.Average(s => s.matched):P1}, {tokens / (double)group.Count:F1} tokens a regex");
    }

    private Tensor LogProbs(long[] prompt, long[] regex)
    {
        var ids = tensor(prompt.Concat(regex).ToArray());
        var rows = _model.call(ids.unsqueeze(0)).squeeze(0).narrow(0, prompt.Length - 1, regex.Length);
        return rows.log_softmax(-1).gather(-1, tensor(regex).unsqueeze(-1)).squeeze(-1);
    }
}
