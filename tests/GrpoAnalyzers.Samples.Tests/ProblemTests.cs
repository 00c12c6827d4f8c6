using AdditionGrpo;

namespace GrpoAnalyzers.Samples.Tests;

public class ProblemTests
{
    [Theory]
    [InlineData(37, 48, "37+48=", "58")]
    [InlineData(10, 10, "10+10=", "02")]
    [InlineData(99, 99, "99+99=", "891")]
    [InlineData(55, 45, "55+45=", "001")]
    public void Answers_are_the_digits_of_the_sum_units_first(int left, int right, string prompt, string answer)
    {
        var problem = new Problem(left, right);

        Assert.Equal(prompt, problem.Prompt);
        Assert.Equal(Problem.PromptLength, problem.Prompt.Length);
        Assert.Equal(answer, problem.Answer);
    }

    [Theory]
    [InlineData("58$$$$", 1)]
    [InlineData(".58$$$", 1)]
    [InlineData("..58$$", 1)]
    [InlineData("...58$", 0)] // too much reasoning
    [InlineData("85$$$$", 0)] // tens first
    [InlineData("580$$$", 0)]
    [InlineData("5$$$$$", 0)]
    [InlineData("58....", 0)] // does not end
    [InlineData("5.8$$$", 0)]
    [InlineData("$58$$$", 0)] // ended before it answered
    [InlineData("......", 0)]
    public void Reward_is_for_the_answer_and_the_end_after_at_most_two_fillers(string completion, float reward) =>
        Assert.Equal(reward, new Problem(37, 48).Reward(completion));

    [Fact]
    public void Held_out_sums_are_never_drawn_for_training()
    {
        var problems = new ProblemSet(new Random(1));
        var heldOut = problems.HeldOut.ToHashSet();

        Assert.Equal(500, heldOut.Count);
        Assert.DoesNotContain(problems.Draw(20_000), heldOut.Contains);
    }

    [Fact]
    public void Another_seed_holds_out_other_sums()
    {
        Assert.Equal(new ProblemSet(new Random(1)).HeldOut, new ProblemSet(new Random(1)).HeldOut);
        Assert.NotEqual(new ProblemSet(new Random(1)).HeldOut, new ProblemSet(new Random(2)).HeldOut);
    }
}
