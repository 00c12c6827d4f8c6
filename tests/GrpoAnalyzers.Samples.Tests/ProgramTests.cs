using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GrpoAnalyzers.Samples.Tests;

public partial class ProgramTests
{
    [Theory]
    [InlineData("AdditionGrpo")]
    [InlineData("AdditionGrpo.Fixed")]
    public async Task A_short_run_says_the_accuracy_before_and_after_and_repeats_itself(string name)
    {
        var sample = name == "AdditionGrpo" ? Sample.Flawed : Sample.Corrected;
        string[] arguments = ["--seed", "2", "--steps", "3", "--warm-steps", "20"];
        var first = await Sample.RunAsync(sample, arguments);
        var second = await Sample.RunAsync(sample, arguments);

        Assert.Equal((0, string.Empty), (first.ExitCode, first.Errors));
        Assert.Matches(@"greedy accuracy: [01]\.\d{3} -> [01]\.\d{3} on 500 held-out sums", first.Output);
        Assert.Matches(@"[1-9]\d* tokens sampled in 3 steps", first.Output);
        Assert.DoesNotContain('\r', first.Output.Replace(Environment.NewLine, "\n", StringComparison.Ordinal)); // no progress bar in a file
        Assert.Equal(WithoutTimes(first.Output), WithoutTimes(second.Output));
    }

    [Fact]
    public async Task Another_seed_is_another_run()
    {
        var runs = await Task.WhenAll(
            Sample.RunAsync(Sample.Flawed, "--seed", "1", "--steps", "1", "--warm-steps", "5"),
            Sample.RunAsync(Sample.Flawed, "--seed", "2", "--steps", "1", "--warm-steps", "5"));

        Assert.NotEqual(TokensSampled(runs[0]), TokensSampled(runs[1]));
    }

    [Fact]
    public async Task A_wrong_argument_is_one_line_on_the_error_stream_and_exit_code_2()
    {
        var run = await Sample.RunAsync(Sample.Flawed, "--steps", "many");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal(string.Empty, run.Output);
        Assert.Equal($"--steps needs a whole number from 0 to 2147483647, not 'many'. Try --help.{Environment.NewLine}", run.Errors);
    }

    [Fact]
    public async Task Help_names_every_option()
    {
        var run = await Sample.RunAsync(Sample.Flawed, "--help");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Errors));
        Assert.All(["--seed N", "--steps N", "--warm-steps N", "--help"], option => Assert.Contains(option, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ctrl_C_ends_the_training_with_its_summary_and_exit_code_130()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no signal that a test can send to a child alone.");
        using var process = Sample.Start(Sample.Flawed, "--steps", "100000", "--warm-steps", "5");
        var warmStartBegins = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        var warmStartEnds = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

        using var interrupt = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        var run = await Sample.EndAsync(process);

        Assert.Contains("warm start", warmStartBegins, StringComparison.Ordinal);
        Assert.Contains("5 supervised steps", warmStartEnds, StringComparison.Ordinal);
        Assert.Equal((130, string.Empty), (run.ExitCode, run.Errors));
        Assert.Matches(@"stopped after \d+ of 100000 steps", run.Output);
        Assert.Matches("greedy accuracy: .* -> .*", run.Output);
    }

    private static string WithoutTimes(string output) => Seconds().Replace(output, "s");

    private static string TokensSampled(SampleRun run) => Tokens().Match(run.Output).Value;

    [GeneratedRegex(@"\d+ s\b")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"\d+ tokens")]
    private static partial Regex Tokens();
}
