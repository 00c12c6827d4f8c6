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
    public async Task AProjectThatDoesNotCompileIsNamedAndOthersAreFixedAsTheirEditorConfigSays()
    {
        grpo.Write("Broken/Broken.csproj", Project(""));
        var broken = Trainers.Flawed("Broken") + "public class Other { private Absent field; }\n";
        grpo.Write("Broken/Broken.cs", broken);
        grpo.Write("Good/Good.csproj", Project(""));
        grpo.Write("Good/Linked.cs", Trainers.Flawed("Linked").ReplaceLineEndings("\r\n"));
        grpo.Write("Good/quiet/Quiet.cs", Trainers.Flawed("Quiet"));
        grpo.Write("Good/quiet/.editorconfig", "[*.cs]\ndotnet_diagnostic.GRPO001.severity = none\n");

        var (exitCode, output, errors) = await grpo.RunAsync("fix");

        Assert.Equal(2, exitCode);
        Assert.Contains("Broken.csproj does not compile (CS0246", errors);
        Assert.Contains("Linked.cs: fixed GRPO001", output);
        Assert.Equal(broken, Read("Broken/Broken.cs"));
        Assert.Equal(Trainers.Clean("Linked").ReplaceLineEndings("\r\n"), Read("Good/Linked.cs"));
        Assert.Equal(Trainers.Flawed("Quiet"), Read("Good/quiet/Quiet.cs"));
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
