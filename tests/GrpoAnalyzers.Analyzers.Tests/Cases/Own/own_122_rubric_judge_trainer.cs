// case: own.122
// expect: GRPO002
// shape: several rubric scores per completion are weighted by a judge, standardised per prompt, clipped sequence objective by log-sum
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Rubrics;

public sealed class RubricScore
{
    public float Accuracy { get; init; }

    public float Style { get; init; }

    public float Safety { get; init; }

    public float Total(float[] weights) => weights[0] * Accuracy + weights[1] * Style + weights[2] * Safety;
}

public sealed class Completion
{
    public required string PromptKey { get; init; }

    public required Tensor Ids { get; init; }

    public required Tensor BehaviourLogProbs { get; init; }

    public required RubricScore Score { get; init; }
}

public sealed class RubricTrainer
{
    private static readonly float[] Weights = { 0.6f, 0.2f, 0.2f };
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public RubricTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 2e-6);
    }

    private static Dictionary<Completion, float> Advantages(IEnumerable<Completion> completions)
    {
        var result = new Dictionary<Completion, float>();
        foreach (var prompt in completions.GroupBy(c => c.PromptKey))
        {
            var members = prompt.ToList();
            var totals = members.Select(c => c.Score.Total(Weights)).ToList();
            float sum = 0, squares = 0;
            for (var i = 0; i < totals.Count; i++)
            {
                sum += totals[i];
                squares += totals[i] * totals[i];
            }

            var mean = sum / totals.Count;
            var spread = MathF.Sqrt(MathF.Max(0f, squares / totals.Count - mean * mean));
            if (spread < 1e-5f)
            {
                continue;
            }

            for (var i = 0; i < totals.Count; i++)
            {
                result[members[i]] = {|GRPO002:(totals[i] - mean) / spread|};
            }
        }

        return result;
    }

    public float Step(IReadOnlyList<Completion> completions, float tokenBudget)
    {
        var advantages = Advantages(completions);
        if (advantages.Count == 0)
        {
            return 0f;
        }

        optimizer.zero_grad();
        var reported = 0f;
        foreach (var (completion, advantage) in advantages)
        {
            using var scope = NewDisposeScope();
            var ids = completion.Ids.unsqueeze(0);
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1).squeeze(0);
            var ratio = (lp - completion.BehaviourLogProbs).exp();
            var loss = maximum(ratio * -advantage, ratio.clamp(0.8, 1.2) * -advantage).sum() / tokenBudget;
            loss.backward();
            reported += loss.item<float>();
        }

        nn.utils.clip_grad_norm_(policy.parameters(), 0.5);
        optimizer.step();
        return reported;
    }
}
