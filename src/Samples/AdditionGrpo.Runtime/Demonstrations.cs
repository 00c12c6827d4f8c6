using TorchSharp;
using static TorchSharp.torch;

namespace AdditionGrpo;

/// <summary>Rollouts in which some completions are the right answer instead of what the policy sampled.</summary>
internal static class Demonstrations
{
    /// <summary>The rollout with its demonstrations, and true where a row is one, [batch].</summary>
    public static (Rollout Rollout, Tensor Demonstrated) Put(Rollout rollout, IReadOnlyList<Problem> problems, int groupSize, Demonstrate when)
    {
        var rewards = rollout.Rewards.data<float>().ToArray();
        var demonstrated = new bool[rewards.Length];
        if (when == Demonstrate.Never) return (rollout, torch.tensor(demonstrated));

        var tokens = rollout.Tokens.clone();
        var completions = Sampler.Completions(tokens);
        for (var group = 0; group < problems.Count; group++)
        {
            var rows = rewards.AsSpan(group * groupSize, groupSize);
            if (when == Demonstrate.WhereAllFail && rows.ContainsAnyExcept(0f)) continue;

            var row = (group + 1) * groupSize - 1;
            var completion = (Fillers(completions[row]) + problems[group].Answer).PadRight(Problem.MaxCompletionLength, Tokenizer.End);
            using var answer = torch.tensor(Tokenizer.Encode(problems[group].Prompt + completion));
            using var place = tokens.select(0, row);
            place.copy_(answer);
            rewards[row] = 1;
            demonstrated[row] = true;
        }

        var mask = Rollout.CompletionMask(Sampler.Completions(tokens));
        return (rollout with { Tokens = tokens, Mask = mask, Rewards = torch.tensor(rewards) }, torch.tensor(demonstrated));
    }

    /// <summary>Those of the completion that gives way: a demonstration is not to teach a policy to answer at once.</summary>
    private static string Fillers(string completion) =>
        new(Tokenizer.Filler, Math.Min(completion.TakeWhile(token => token == Tokenizer.Filler).Count(), Problem.MaxFillers));
}
