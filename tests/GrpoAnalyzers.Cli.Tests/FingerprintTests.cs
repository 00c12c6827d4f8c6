using System.Text.Json;

namespace GrpoAnalyzers.Cli.Tests;

public sealed class FingerprintTests : IDisposable
{
    private readonly Grpo grpo = new();

    public void Dispose() => grpo.Dispose();

    [Fact]
    public async Task AFilesLossIsATableOfItsParts()
    {
        grpo.Write("Trainer.cs", Trainers.Clean());

        var (exitCode, output, errors) = await grpo.RunAsync("fingerprint", "Trainer.cs");

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("Trainer.cs(20,25)", output);
        Assert.Contains("    weighting    1/sum|o|\n", output);
        Assert.Contains("    clip         symmetric, [0.8, 1.2]\n", output);
        Assert.Contains("    optimiser    AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0)\n", output);
        Assert.EndsWith("1 loss in 1 file.\n", output);
    }

    [Fact]
    public async Task TheSamplesProjectPrintsItsRow()
    {
        var (exitCode, output, errors) = await grpo.RunAsync("fingerprint", Sample());

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("    method       GRPO (R1)\n", output);
        Assert.Contains("    weighting    1/(G |o| std)\n", output);
        Assert.Contains("    advantage    (r - group mean) / (group std + 1e-4)\n", output);
        Assert.Contains("    updates      4\n", output);
        Assert.Contains("    optimiser    AdamW (betas 0.9, 0.999; eps 1e-8; weight decay 0.01)\n", output);
        Assert.Contains("    residual     0.900 of a step at once, 0.730 after 3 clipped updates\n", output);
    }

    [Fact]
    public async Task WhatIsNotKnownIsSaidWithItsReason()
    {
        grpo.Write("Loss.cs", """
            using TorchSharp;
            using static TorchSharp.torch;

            public static class Loss
            {
                public static Tensor Grpo(Tensor logProbs, Tensor old, Tensor advantages, Tensor mask, double low, double high)
                {
                    var ratio = (logProbs - old).exp();
                    var perToken = -torch.min(ratio * advantages, ratio.clamp(1 - low, 1 + high) * advantages);
                    return (perToken * mask).sum() / mask.sum();
                }
            }
            """);

        var (exitCode, output, _) = await grpo.RunAsync("fingerprint");

        Assert.Equal(0, exitCode);
        Assert.Contains("    clip         unknown (the clip's bounds are given at run time)\n", output);
        Assert.Contains("    optimiser    unknown (", output);
        Assert.Contains("    advantage    given\n", output);
    }

    [Fact]
    public async Task JsonGoesToAFile()
    {
        grpo.Write("Trainer.cs", Trainers.Flawed());

        var (exitCode, output, _) = await grpo.RunAsync("fingerprint", "--format", "json", "--output", "rows.json");

        Assert.Equal(0, exitCode);
        Assert.Equal("", output);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(grpo.Folder, "rows.json"), TestContext.Current.CancellationToken));
        var loss = Assert.Single(document.RootElement.GetProperty("losses").EnumerateArray());
        Assert.Equal("Trainer.cs", loss.GetProperty("path").GetString());
        Assert.Equal("1/(G |o|)", loss.GetProperty("weighting").GetString());
    }

    [Fact]
    public async Task CodeWithoutALossIsNoError()
    {
        grpo.Write("Empty.cs", "public class Empty;");

        var (exitCode, output, _) = await grpo.RunAsync("fingerprint");

        Assert.Equal(0, exitCode);
        Assert.Equal("No loss of the GRPO family in 1 file.\n", output);
    }

    [Fact]
    public async Task WhatCannotBeReadExitsWithTwo()
    {
        grpo.Write("Broken.cs", "public class Broken { void M( }");

        Assert.Equal(2, (await grpo.RunAsync("fingerprint")).ExitCode);
        Assert.Equal(2, (await grpo.RunAsync("fingerprint", "nowhere")).ExitCode);
    }

    [Fact]
    public async Task CheckSaysNothingOfRows()
    {
        grpo.Write("Trainer.cs", Trainers.Clean());

        var (exitCode, output, _) = await grpo.RunAsync("check", "--severity", "info");

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("GRPO000", output);
    }

    /// <summary>The sample of the repository that this test was built in.</summary>
    private static string Sample()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GrpoAnalyzers.sln")))
                return Path.Combine(folder.FullName, "src", "Samples", "AdditionGrpo");
        }

        throw new InvalidOperationException("The tests run outside their repository.");
    }
}
