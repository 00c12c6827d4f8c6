using System.Diagnostics;

namespace GrpoAnalyzers.Package.Tests;

/// <summary>The command as its package installs it.</summary>
public sealed class ToolPackageTests(ToolFeed feed) : IClassFixture<ToolFeed>
{
    [Fact]
    public async Task TheInstalledCommandFixesAFile()
    {
        await feed.SucceedAsync("tool", "install", "GrpoAnalyzers.Cli", "--tool-path", Path.Combine(feed.Folder, "tools"));
        var trainer = feed.Write(
            "Trainer.cs",
            """
            using static TorchSharp.torch;

            public class Trainer(nn.Module<Tensor, Tensor> policy, optim.Optimizer optimizer)
            {
                public void Update(Tensor ids, Tensor mask, Tensor advantages)
                {
                    var logProbs = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
                    var loss = -((logProbs * advantages * mask).sum(1) / mask.sum(1)).mean();
                    loss.backward();
                    optimizer.step();
                }
            }

            """);

        var start = new ProcessStartInfo(Path.Combine(feed.Folder, "tools", "grpo"), ["fix", trainer, "--reference", typeof(TorchSharp.torch).Assembly.Location])
        {
            WorkingDirectory = feed.Folder,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Assert.StartsWith("Trainer.cs: fixed GRPO001\n", output, StringComparison.Ordinal);
        Assert.Contains("var loss = -(logProbs * advantages * mask).sum() / mask.sum();", feed.Read("Trainer.cs"), StringComparison.Ordinal);
    }
}
