using TorchSharp;
using static TorchSharp.torch;

namespace AdditionGrpo;

/// <summary>A group of completions for each of some problems, with their rewards; the rows of a group are neighbours.</summary>
/// <param name="Tokens">[batch, prompt + completion]</param>
/// <param name="Mask">[batch, completion], 1 up to and with a row's end mark</param>
/// <param name="Rewards">[batch]</param>
/// <param name="MeanReward">The mean of the rewards.</param>
/// <param name="TokenCount">The number of tokens that the policy sampled.</param>
internal sealed record Rollout(Tensor Tokens, Tensor Mask, Tensor Rewards, double MeanReward, int TokenCount)
{
    public static Rollout Sample(Transformer policy, IReadOnlyList<Problem> problems, int groupSize)
    {
        var rows = problems.SelectMany(problem => Enumerable.Repeat(problem, groupSize)).ToArray();
        var tokens = Sampler.Complete(policy, rows, greedy: false);
        var completions = Sampler.Completions(tokens);
        var rewards = rows.Zip(completions, (problem, completion) => problem.Reward(completion)).ToArray();
        return new Rollout(tokens, CompletionMask(completions), torch.tensor(rewards), rewards.Average(), completions.Sum(Length));
    }

    public static Tensor CompletionMask(IReadOnlyCollection<string> completions)
    {
        using var scope = torch.NewDisposeScope();
        var lengths = torch.tensor(completions.Select(completion => (long)Length(completion)).ToArray());
        var positions = torch.arange(Problem.MaxCompletionLength, dtype: ScalarType.Int64);
        return positions.unsqueeze(0).lt(lengths.unsqueeze(1)).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private static int Length(string completion)
    {
        var end = completion.IndexOf(Tokenizer.End);
        return end < 0 ? completion.Length : end + 1;
    }
}
