using System.Text.Json;

namespace GrpoAnalyzers.Cli.Tests;

public sealed class LooseFileTests : IDisposable
{
    private readonly Grpo grpo = new();

    public void Dispose() => grpo.Dispose();

    [Fact]
    public async Task OneFlawedFileAmongOthersIsFoundAndNothingElseIsSilenced()
    {
        grpo.Write("Flawed.cs", Trainers.Flawed("FlawedTrainer"));
        grpo.Write("Clean.cs", Trainers.Clean("CleanTrainer"));
        grpo.Write("Broken.cs", "public class Broken { void M( }");
        grpo.Write("Absent.cs", "using Some.Package.That.Is.Not.There;\n" + Trainers.Flawed("WithAbsentPackage"));
        grpo.Write("one/Trainer.cs", Trainers.Flawed());
        grpo.Write("two/Trainer.cs", Trainers.Flawed());

        var (exitCode, output, errors) = await grpo.RunAsync("check", ".");

        Assert.Equal(1, exitCode);
        Assert.Contains("Flawed.cs(21,21): warning GRPO001", output);
        Assert.Contains("Absent.cs(22,21): warning GRPO001", output);
        Assert.Contains(Path.Combine("one", "Trainer.cs") + "(21,21): warning GRPO001", output);
        Assert.Contains(Path.Combine("two", "Trainer.cs") + "(21,21): warning GRPO001", output);
        Assert.DoesNotContain("Clean.cs", output);
        Assert.Contains("Broken.cs(1,", errors);
        Assert.Contains("left out", errors);
    }

    [Fact]
    public async Task TheLineAndACaretStandBelowTheFinding()
    {
        grpo.Write("Flawed.cs", Trainers.Flawed());

        var (_, output, _) = await grpo.RunAsync("check", "Flawed.cs");

        var lines = output.Split('\n').Select(line => line.TrimEnd()).ToList();
        var code = lines.FindIndex(line => line.Contains("var loss = ((perToken * mask).sum(1) / mask.sum(1)).mean();", StringComparison.Ordinal));
        Assert.True(code > 0);
        Assert.Equal("(perToken * mask).sum(1) / mask.sum(1)".Length, lines[code + 1].Count(character => character == '^'));
        Assert.Equal(lines[code].IndexOf("(perToken", StringComparison.Ordinal), lines[code + 1].IndexOf('^', StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task CleanCodeExitsWithZero()
    {
        grpo.Write("Clean.cs", Trainers.Clean());

        var (exitCode, _, errors) = await grpo.RunAsync("check");

        Assert.Equal(0, exitCode);
        Assert.Equal("", errors);
    }

    [Fact]
    public async Task WhatIsNotThereIsOneSentence()
    {
        var (exitCode, output, errors) = await grpo.RunAsync("check", "nowhere");

        Assert.Equal(2, exitCode);
        Assert.Equal("", output);
        Assert.Equal("grpo: there is no file or folder 'nowhere'", errors.Trim());
    }

    [Fact]
    public async Task SuppressedFindingsAreNone()
    {
        grpo.Write("Flawed.cs", "#pragma warning disable GRPO001\n" + Trainers.Flawed());

        var (exitCode, output, _) = await grpo.RunAsync("check");

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("GRPO001", output);
    }

    [Fact]
    public async Task OnlyFindingsAtTheSeverityCount()
    {
        grpo.Write("Flawed.cs", Trainers.Flawed());

        Assert.Equal(0, (await grpo.RunAsync("check", "--severity", "error")).ExitCode);
        Assert.Equal(1, (await grpo.RunAsync("check", "--severity", "info")).ExitCode);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("sarif")]
    public async Task FormatsAreWellFormedAndGoToAFile(string format)
    {
        grpo.Write("Flawed.cs", Trainers.Flawed());

        var (exitCode, output, _) = await grpo.RunAsync("check", "--format", format, "--output", "out/report");
        Assert.Equal(2, exitCode);

        (exitCode, output, _) = await grpo.RunAsync("check", "--format", format, "--output", "report");
        Assert.Equal(1, exitCode);
        Assert.Equal("", output);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(grpo.Folder, "report"), TestContext.Current.CancellationToken));
        Assert.Contains("GRPO001", document.RootElement.GetRawText());
    }

    [Fact]
    public async Task ExplainPrintsTheRulesPage()
    {
        var (exitCode, output, _) = await grpo.RunAsync("explain", "GRPO002");
        Assert.Equal(0, exitCode);
        Assert.Contains("GRPO002", output);

        var (unknown, _, errors) = await grpo.RunAsync("explain", "GRPO999");
        Assert.Equal(2, unknown);
        Assert.Contains("GRPO001", errors);
    }
}
