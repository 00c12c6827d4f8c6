using System.Diagnostics;

namespace GrpoAnalyzers.Cli.Tests;

public sealed class ProjectFixTests : IDisposable
{
    private readonly Grpo grpo = new();

    public void Dispose() => grpo.Dispose();

    [Fact]
    public async Task TheFlawedSampleBecomesTheCorrectedOneToTheLetter()
    {
        var fixedFiles = Sample("AdditionGrpo.Fixed");
        grpo.Write("Sample/Sample.csproj", Project("<OutputType>Exe</OutputType>"));
        foreach (var (name, text) in Sample("AdditionGrpo"))
        {
            grpo.Write("Sample/" + name, text);
        }

        var (exitCode, output, errors) = await grpo.RunAsync("fix", "Sample");

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("GrpoTrainer.cs: fixed GRPO001, GRPO002, GRPO003", output);
        Assert.Equal([.. fixedFiles.Keys.Append("Sample.csproj").Order(StringComparer.Ordinal)], Directory.GetFileSystemEntries(Path.Combine(grpo.Folder, "Sample")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var (name, text) in fixedFiles)
        {
            Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(grpo.Folder, "Sample", name), TestContext.Current.CancellationToken));
        }

        // The check builds the project with its own compiler.
        (exitCode, output, errors) = await grpo.RunAsync("check", "Sample");
        Assert.True(exitCode == 0, output + errors);
    }

    [Fact]
    public async Task FilesThatDoNotCompileAreNamedAndOthersAreFixedAsTheirEditorConfigSays()
    {
        grpo.Write("Broken/Broken.csproj", Project(""));
        var broken = Trainers.Flawed("Broken") + "public class Other { private Absent field; }\n";
        var conflict = "<<<<<<< ours\n" + Trainers.Flawed("WithConflict") + "=======\n>>>>>>> theirs\n";
        grpo.Write("Broken/Broken.cs", broken);
        grpo.Write("Broken/Conflict.cs", conflict);
        grpo.Write("Broken/Whole.cs", Trainers.Flawed("Whole"));
        grpo.Write("Good/Good.csproj", Project(""));
        grpo.Write("Good/Linked.cs", Trainers.Flawed("Linked").ReplaceLineEndings("\r\n"));
        grpo.Write("Good/quiet/Quiet.cs", Trainers.Flawed("Quiet"));
        grpo.Write("Good/quiet/.editorconfig", "[*.cs]\ndotnet_diagnostic.GRPO001.severity = none\n");

        var (exitCode, output, errors) = await grpo.RunAsync("fix");

        Assert.Equal(2, exitCode);
        Assert.Contains("Broken.csproj does not compile (", errors);
        Assert.Contains($"{Path.Combine("Broken", "Broken.cs")}(27,30): CS0246", errors);
        Assert.Contains($"{Path.Combine("Broken", "Conflict.cs")}(1,1): CS8300", errors);
        Assert.Contains("Whole.cs: fixed GRPO001", output);
        Assert.Contains("Linked.cs: fixed GRPO001", output);
        Assert.Equal(broken, Read("Broken/Broken.cs"));
        Assert.Equal(conflict, Read("Broken/Conflict.cs"));
        Assert.Equal(Trainers.Clean("Whole"), Read("Broken/Whole.cs"));
        Assert.Equal(Trainers.Clean("Linked").ReplaceLineEndings("\r\n"), Read("Good/Linked.cs"));
        Assert.Equal(Trainers.Flawed("Quiet"), Read("Good/quiet/Quiet.cs"));
    }

    [Fact]
    public async Task ASolutionsDryRunChangesNothingAndItsDiffIsWhatTheFixThenDoes()
    {
        grpo.Write("One/One.csproj", Project(""));
        grpo.Write("One/Marked.cs", "\uFEFF" + Trainers.Flawed("Marked"));
        grpo.Write("Two/Two.csproj", Project("").Replace("<ItemGroup>", """<ItemGroup><Compile Include="../Shared/Shared.cs" />""", StringComparison.Ordinal));
        grpo.Write("Shared/Shared.cs", Trainers.Flawed("Shared"));
        grpo.Write("All.slnx", """<Solution><Project Path="One/One.csproj" /><Project Path="Two/Two.csproj" /></Solution>""");
        var before = grpo.Tree();

        var (exitCode, diff, errors) = await grpo.RunAsync("fix", "All.slnx", "--dry-run", "--fix", "GRPO001=constant");

        Assert.True(exitCode == 0, diff + errors);
        Assert.Equal(before, grpo.Tree());
        Assert.Contains("Would fix 2 findings in 2 files; none is left.", errors);
        grpo.Write("fix.patch", diff);
        using var apply = Process.Start(new ProcessStartInfo("git", ["apply", "fix.patch"]) { WorkingDirectory = grpo.Folder })!;
        await apply.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, apply.ExitCode);
        var patched = new[] { Read("One/Marked.cs"), Read("Shared/Shared.cs") };
        Assert.All(patched, text => Assert.Contains("/ MaxCompletionTokens", text));

        grpo.Write("One/Marked.cs", "\uFEFF" + Trainers.Flawed("Marked"));
        grpo.Write("Shared/Shared.cs", Trainers.Flawed("Shared"));
        await grpo.RunAsync("fix", "All.slnx", "--fix", "GRPO001=constant");
        Assert.Equal(patched, new[] { Read("One/Marked.cs"), Read("Shared/Shared.cs") });
        Assert.Equal([0xEF, 0xBB, 0xBF], (await File.ReadAllBytesAsync(Path.Combine(grpo.Folder, "One", "Marked.cs"), TestContext.Current.CancellationToken))[..3]);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("fix")]
    public async Task AnInterruptEndsTheBuildAndLeavesNothingBehind(string command)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The signal is that of Unix.");
            return;
        }

        grpo.Write("App/App.csproj", Project(""));
        grpo.Write("App/Trainer.cs", Trainers.Flawed());
        var before = grpo.Tree("App");
        var temporary = Directory.CreateDirectory(Path.Combine(grpo.Folder, "temporary")).FullName;
        grpo.Environment["TMPDIR"] = temporary;

        using var process = grpo.Start(command, "App");
        while (!Directory.EnumerateFiles(temporary, "project.assets.json", SearchOption.AllDirectories).Any())
        {
            Assert.False(process.HasExited);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        // By now a build is running.
        Assert.Equal(130, await Grpo.InterruptAsync(process));
        Assert.Equal(before, grpo.Tree("App"));
        Assert.Empty(Directory.EnumerateDirectories(temporary, "grpo-*"));
    }

    private static string Project(string properties) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable>{properties}</PropertyGroup>
          <ItemGroup><Reference Include="TorchSharp"><HintPath>{Grpo.TorchSharp}</HintPath></Reference></ItemGroup>
        </Project>
        """;

    private static Dictionary<string, string> Sample(string name) =>
        Directory.EnumerateFiles(Path.Combine(Grpo.Samples, name), "*.cs").ToDictionary(path => Path.GetFileName(path), File.ReadAllText, StringComparer.Ordinal);

    private string Read(string name) => File.ReadAllText(Path.Combine(grpo.Folder, name));
}
