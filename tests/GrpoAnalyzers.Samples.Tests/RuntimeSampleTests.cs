extern alias RuntimeSample;

using System.Reflection;
using GrpoAnalyzers.Runtime;
using RuntimeSample::AdditionGrpo;
using TorchSharp;

namespace GrpoAnalyzers.Samples.Tests;

[Collection(nameof(TensorCount))]
public sealed class RuntimeSampleTests : IClassFixture<RuntimeSampleTests.WarmPolicy>
{
    private readonly WarmPolicy warm;

    public RuntimeSampleTests(WarmPolicy warm) => this.warm = warm;

    public static TheoryData<string> Methods => [.. Method.All.Select(method => method.Name)];

    [Fact]
    public void Every_preset_of_the_runtime_can_be_asked_for()
    {
        var presets = typeof(GroupObjective).GetMembers(BindingFlags.Public | BindingFlags.Static)
            .Where(member => member is PropertyInfo { PropertyType: var type } && type == typeof(GroupObjective)
                || member is MethodInfo { IsSpecialName: false, ReturnType: var result } && result == typeof(GroupObjective))
            .Select(member => member.Name)
            .ToArray();

        Assert.True(presets.Length >= GroupObjective.Presets.Count, string.Join(' ', presets));
        Assert.All(presets, name => Assert.NotNull(Method.Find(name)));
        Assert.Equal(Method.All.Count, Method.All.Select(method => method.Name.ToUpperInvariant()).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_moves_the_policy_in_two_steps_and_leaves_no_tensor(string name)
    {
        torch.manual_seed(5);
        using var policy = warm.Copy();
        var before = Weights(policy);
        using (var trainer = new GrpoTrainer(policy, Method.Find(name)!))
        {
            var first = trainer.Step(warm.Solved);
            Assert.InRange(first.MeanReward, 0.01, 0.99);
            var after = Weights(policy);
            Assert.All(after, weight => Assert.True(float.IsFinite(weight)));
            Assert.Contains(before.Zip(after), pair => Math.Abs(pair.First - pair.Second) > 1e-4); // weight decay alone moves 5e-6 of a weight

            var count = TensorCount.Settled();
            trainer.Step(warm.Solved);
            Assert.Equal(count, TensorCount.Settled());
            Assert.All(Weights(policy), weight => Assert.True(float.IsFinite(weight)));
        }
    }

    [Fact]
    public void A_demonstration_takes_the_place_of_the_last_completion_of_a_group()
    {
        using var scope = torch.NewDisposeScope();
        Problem[] problems = [new(37, 48), new(10, 10)];
        var tokens = torch.tensor(problems.SelectMany(problem => new[] { "99$$$$", "..0$$$" }.SelectMany(text => Tokenizer.Encode(problem.Prompt + text))).ToArray()).view(4, -1);
        var rollout = new Rollout(tokens, Rollout.CompletionMask(Sampler.Completions(tokens)), torch.tensor(new[] { 0f, 0, 0, 1 }), 0.25, 10);

        var (never, _) = Demonstrations.Put(rollout, problems, 2, Demonstrate.Never);
        var (failed, which) = Demonstrations.Put(rollout, problems, 2, Demonstrate.WhereAllFail);
        var (every, all) = Demonstrations.Put(rollout, problems, 2, Demonstrate.InEveryGroup);

        Assert.Equal(["99$$$$", "..0$$$", "99$$$$", "..0$$$"], Sampler.Completions(never.Tokens));
        Assert.Equal(["99$$$$", "..58$$", "99$$$$", "..0$$$"], Sampler.Completions(failed.Tokens));
        Assert.Equal(["99$$$$", "..58$$", "99$$$$", "..02$$"], Sampler.Completions(every.Tokens));
        Assert.Equal([0f, 1, 0, 1], failed.Rewards.data<float>().ToArray());
        Assert.Equal([3f, 5, 3, 4], failed.Mask.sum(1).data<float>().ToArray());
        Assert.Equal([false, true, false, false], which.data<bool>().ToArray());
        Assert.Equal([false, true, false, true], all.data<bool>().ToArray());
    }

    [Fact]
    public async Task The_list_names_what_can_be_asked_for()
    {
        var run = await Sample.RunAsync(Sample.WithRuntime, "--list");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Errors));
        Assert.Equal(Method.All.Select(method => method.Name), run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task A_short_run_says_the_method_and_the_accuracy_before_and_after()
    {
        var run = await Sample.RunAsync(Sample.WithRuntime, "--loss", "grpov32", "--steps", "2", "--warm-steps", "20");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Errors));
        Assert.Matches(@"greedy accuracy with GRPO v3\.2: [01]\.\d{3} -> [01]\.\d{3} on 500 held-out sums", run.Output);
        Assert.Matches(@"[1-9]\d* tokens sampled in 2 steps, \d+ s, [1-9]\d* ms a step", run.Output);
    }

    [Fact]
    public async Task An_unknown_loss_is_one_line_on_the_error_stream_and_exit_code_2()
    {
        var run = await Sample.RunAsync(Sample.WithRuntime, "--loss", "PPO2");

        Assert.Equal((2, string.Empty), (run.ExitCode, run.Output));
        Assert.Equal($"There is no loss 'PPO2'; --list shows them. Try --help.{Environment.NewLine}", run.Errors);
    }

    [Fact]
    public void All_methods_are_asked_for_at_once()
    {
        Assert.Equal(Method.All, Options.Parse(["--loss", "all"]).Methods);
        Assert.Equal(["Gspo"], Options.Parse(["--loss", "gspo", "--steps", "3"]).Methods.Select(method => method.Name));
        Assert.Equal(["DrGrpo"], Options.Parse([]).Methods.Select(method => method.Name));
    }

    private static float[] Weights(Transformer policy)
    {
        using var scope = torch.NewDisposeScope();
        return [.. policy.parameters().SelectMany(parameter => parameter.detach().contiguous().data<float>().ToArray())];
    }

    /// <summary>A policy that solves some sums, and six that it solves when it is greedy and not always when it is not.</summary>
    public sealed class WarmPolicy : IDisposable
    {
        private readonly Transformer policy;

        public WarmPolicy()
        {
            torch.manual_seed(1);
            var random = new Random(1);
            var problems = new ProblemSet(random);
            policy = new Transformer();
            using var progress = new ProgressBar(total: 1, visible: false);
            new WarmStart(policy, problems, random).Run(maxSteps: 400, progress, CancellationToken.None);
            using var tokens = Sampler.Complete(policy, problems.HeldOut, greedy: true);
            Solved = [.. problems.HeldOut.Zip(Sampler.Completions(tokens)).Where(pair => pair.First.Reward(pair.Second) > 0).Select(pair => pair.First).Take(6)];
        }

        internal IReadOnlyList<Problem> Solved { get; }

        public void Dispose() => policy.Dispose();

        internal Transformer Copy()
        {
            var copy = new Transformer();
            copy.load_state_dict(policy.state_dict());
            return copy;
        }
    }
}
