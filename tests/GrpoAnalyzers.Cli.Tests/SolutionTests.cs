namespace GrpoAnalyzers.Cli.Tests;

public sealed class SolutionTests : IDisposable
{
    private readonly Grpo grpo = new();

    public void Dispose() => grpo.Dispose();

    [Fact]
    public async Task ALibraryWithWarningsAsErrorsDoesNotStopItsApplicationAndNothingOfTheTreeChanges()
    {
        grpo.Write("Library/Library.csproj", Project("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", Reference));
        grpo.Write("Library/LibraryTrainer.cs", Trainers.Flawed("LibraryTrainer"));
        grpo.Write("App/App.csproj", Project("", Reference + """<ProjectReference Include="../Library/Library.csproj" />"""));
        grpo.Write("App/AppTrainer.cs", Trainers.Flawed("AppTrainer"));
        grpo.Write("All.slnx", """<Solution><Project Path="Library/Library.csproj" /><Project Path="App/App.csproj" /></Solution>""");
        var before = Listing();

        var (exitCode, output, errors) = await grpo.RunAsync("check", "All.slnx");

        Assert.True(exitCode == 1, output + errors);
        Assert.Contains(Path.Combine("Library", "LibraryTrainer.cs") + "(21,21): warning GRPO001", output);
        Assert.Contains(Path.Combine("App", "AppTrainer.cs") + "(21,21): warning GRPO001", output);
        Assert.Equal(before, Listing());
    }

    [Fact]
    public async Task AProjectThatDoesNotCompileIsCheckedAsFarAsItCanBeRead()
    {
        grpo.Write("App/App.csproj", Project("", Reference));
        grpo.Write("App/AppTrainer.cs", Trainers.Flawed("AppTrainer"));
        grpo.Write("App/Other.cs", "using Not.There;\npublic class Other { private Absent field; }\n");

        var (exitCode, output, errors) = await grpo.RunAsync("check", "App/App.csproj");

        Assert.True(exitCode == 1, output + errors);
        Assert.Contains("AppTrainer.cs(21,21): warning GRPO001", output);
        Assert.Contains("does not compile", errors);
    }

    private static string Reference => $"""<Reference Include="TorchSharp"><HintPath>{Grpo.TorchSharp}</HintPath></Reference>""";

    private static string Project(string properties, string items) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework>{properties}</PropertyGroup>
          <ItemGroup>{items}</ItemGroup>
        </Project>
        """;

    private List<string> Listing() => [.. Directory.EnumerateFileSystemEntries(grpo.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
