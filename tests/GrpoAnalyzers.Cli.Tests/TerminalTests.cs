namespace GrpoAnalyzers.Cli.Tests;

/// <summary>What a person at a terminal sees, and what a file or a program that reads the output gets.</summary>
public sealed class TerminalTests : IDisposable
{
    private const string Escape = "\u001b";

    private readonly Grpo grpo = new();

    public TerminalTests()
    {
        grpo.Write("Trainer.cs", Trainers.Flawed());
        grpo.Environment["TERM"] = "xterm-256color";
        grpo.Environment["NO_COLOR"] = null;
    }

    public void Dispose() => grpo.Dispose();

    [Fact]
    public async Task ATerminalShowsColourAndProgress()
    {
        SkipWhereThereIsNoTerminal();

        var shown = await grpo.AtTerminalAsync("check");

        Assert.Contains($"{Escape}[1;33mwarning GRPO001{Escape}[0m", shown);
        Assert.Contains("checking", shown);
    }

    [Theory]
    [InlineData("NO_COLOR", "1")]
    [InlineData("TERM", "dumb")]
    public async Task ColourCanBeRefused(string variable, string value)
    {
        SkipWhereThereIsNoTerminal();
        grpo.Environment[variable] = value;

        Assert.DoesNotContain("[1;33m", await grpo.AtTerminalAsync("check 2>errors.txt"));
        Assert.Equal("", await File.ReadAllTextAsync(Path.Combine(grpo.Folder, "errors.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ProgressDoesNotReachAFile()
    {
        SkipWhereThereIsNoTerminal();

        var shown = await grpo.AtTerminalAsync("fix --dry-run >fix.patch");

        Assert.Contains("fixing", shown);
        var patch = await File.ReadAllTextAsync(Path.Combine(grpo.Folder, "fix.patch"), TestContext.Current.CancellationToken);
        Assert.StartsWith("--- a/Trainer.cs\n+++ b/Trainer.cs\n@@ ", patch, StringComparison.Ordinal);
        Assert.DoesNotContain(Escape, patch);
    }

    [Fact]
    public async Task APipeGetsTextAlone()
    {
        var (_, output, errors) = await grpo.RunAsync("check");

        Assert.Contains("warning GRPO001:", output);
        Assert.DoesNotContain(Escape, output);
        Assert.Equal("", errors);
    }

    private static void SkipWhereThereIsNoTerminal() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The terminal is made by a program of Linux.");
}
