using AdditionGrpo;
using TorchSharp;

namespace GrpoAnalyzers.Samples.Tests;

[Collection(nameof(TensorCount))]
public class RolloutTests
{
    private static readonly Problem[] Problems = [new(37, 48), new(10, 10), new(99, 99)];

    [Fact]
    public void Mask_covers_a_completion_up_to_and_with_its_end_mark()
    {
        using var mask = Rollout.CompletionMask(["58$$$$", "..891$", "$$$$$$", "58....", ".5$3$$"]);

        Assert.Equal([5, Problem.MaxCompletionLength], mask.shape);
        Assert.Equal(
            [
                1, 1, 1, 0, 0, 0,
                1, 1, 1, 1, 1, 1,
                1, 0, 0, 0, 0, 0,
                1, 1, 1, 1, 1, 1,
                1, 1, 1, 0, 0, 0,
            ],
            mask.data<float>().ToArray());
    }

    [Fact]
    public void Completions_of_a_group_are_neighbours_and_follow_their_own_prompt()
    {
        torch.manual_seed(1);
        using var scope = torch.NewDisposeScope();
        using var policy = new Transformer();

        var rollout = Rollout.Sample(policy, Problems, groupSize: 4);

        var length = Problem.PromptLength + Problem.MaxCompletionLength;
        var tokens = rollout.Tokens.data<long>().ToArray();
        Assert.Equal(12 * length, tokens.Length);
        for (var row = 0; row < 12; row++)
            Assert.Equal(Problems[row / 4].Prompt, Tokenizer.Decode(tokens.AsSpan(row * length, Problem.PromptLength)));
        Assert.All(Sampler.Completions(rollout.Tokens).Chunk(4), group => Assert.NotEqual(1, group.Distinct().Count())); // drawn, not copied
        Assert.Equal(rollout.Mask.sum().ToSingle(), rollout.TokenCount);
        Assert.Equal(rollout.Rewards.mean().ToSingle(), rollout.MeanReward, 1e-6);
    }

    [Fact]
    public void After_the_end_mark_come_end_marks_only()
    {
        torch.manual_seed(1);
        using var policy = new Transformer();
        var problems = Enumerable.Repeat(Problems[0], 200).ToArray();

        using var tokens = Sampler.Complete(policy, problems, greedy: false);
        var ended = Sampler.Completions(tokens).Where(completion => completion.Contains(Tokenizer.End)).ToArray();

        Assert.NotEmpty(ended);
        Assert.All(ended, completion => Assert.Equal(string.Empty, completion[completion.IndexOf(Tokenizer.End)..].Trim(Tokenizer.End)));
        Assert.Contains(ended, completion => completion.IndexOf(Tokenizer.End) < completion.Length - 1);
    }

    [Fact]
    public void Greedy_completions_are_the_same_for_the_same_prompt_and_take_the_likeliest_token()
    {
        torch.manual_seed(1);
        using var scope = torch.NewDisposeScope();
        using var policy = new Transformer();

        var completions = Sampler.Completions(Sampler.Complete(policy, [Problems[0], Problems[1], Problems[0]], greedy: true));
        var logits = policy.call(torch.tensor(Tokenizer.Encode(Problems[1].Prompt)).view(1, -1)).select(1, -1);

        Assert.Equal(completions[0], completions[2]);
        Assert.Equal(Tokenizer.Decode([logits.argmax(1).item<long>()]), completions[1][..1]);
    }

    [Fact]
    public void Greedy_accuracy_is_the_share_of_rewarded_completions()
    {
        torch.manual_seed(1);
        using var policy = new Transformer();
        var problems = new ProblemSet(new Random(1)).HeldOut;
        using var tokens = Sampler.Complete(policy, problems, greedy: true);

        var solved = Sampler.Completions(tokens).Where((completion, row) => problems[row].Reward(completion) == 1).Count();

        Assert.Equal(solved / 500.0, Sampler.GreedyAccuracy(policy, problems), 1e-6);
    }
}
