using System.IO.Compression;
using System.Xml.Linq;

namespace GrpoAnalyzers.Package.Tests;

/// <summary>The package as a project that takes it meets it.</summary>
public sealed class AnalyzerPackageTests(AnalyzerFeed feed) : IClassFixture<AnalyzerFeed>
{
    [Fact]
    public async Task AProjectThatTakesItIsWarnedFixedAndWarnedNoMore()
    {
        feed.Write("App/App.csproj", Project);
        foreach (var (name, text) in Sample("AdditionGrpo"))
        {
            feed.Write("App/" + name, text);
        }

        var before = await feed.SucceedAsync("build", "App", "--no-incremental");
        foreach (var rule in new[] { "GRPO001", "GRPO002", "GRPO003" })
        {
            Assert.Contains($"warning {rule}:", before);
        }

        await feed.SucceedAsync("format", "analyzers", "App", "--no-restore", "--diagnostics", "GRPO001", "GRPO002", "GRPO003");
        foreach (var (name, text) in Sample("AdditionGrpo.Fixed"))
        {
            Assert.Equal(text, feed.Read("App/" + name));
        }

        var after = await feed.SucceedAsync("build", "App", "--no-incremental", "-warnaserror");
        Assert.DoesNotContain("GRPO", after);
    }

    [Fact]
    public async Task ACompilerThatIsTooOldIsNamed()
    {
        feed.Write("Old/Old.csproj", Project.Replace("<OutputType>Exe</OutputType>", "", StringComparison.Ordinal));
        feed.Write("Old/Empty.cs", "public class Empty;\n");

        Assert.Contains("warning GRPO9001", await feed.SucceedAsync("build", "Old", "-p:CompilerApiVersion=roslyn4.8"));
        Assert.DoesNotContain("GRPO9001", await feed.SucceedAsync("build", "Old", "-p:CompilerApiVersion=roslyn4.14"));
    }

    [Fact]
    public async Task ItHoldsAnalyzersAndNothingToDeploy()
    {
        await using var package = await ZipFile.OpenReadAsync(Assert.Single(Directory.GetFiles(feed.Packages, "*.nupkg")), TestContext.Current.CancellationToken);
        var files = package.Entries.Select(entry => entry.FullName).ToList();
        Assert.Equal(
            ["analyzers/dotnet/roslyn4.14/cs/GrpoAnalyzers.Analyzers.dll", "analyzers/dotnet/roslyn4.14/cs/GrpoAnalyzers.CodeFixes.dll"],
            files.Where(file => file.EndsWith(".dll", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("build/GrpoAnalyzers.targets", files);
        Assert.Contains("buildTransitive/GrpoAnalyzers.targets", files);

        await using var specification = await package.GetEntry("GrpoAnalyzers.nuspec")!.OpenAsync(TestContext.Current.CancellationToken);
        var metadata = (await XDocument.LoadAsync(specification, LoadOptions.None, TestContext.Current.CancellationToken)).Root!.Elements().Single();
        string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
        Assert.Equal("true", Value("developmentDependency"));
        Assert.Equal("MIT", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.DoesNotContain(metadata.Descendants(), element => element.Name.LocalName == "dependency");
    }

    private static string Project => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>Exe</OutputType>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="GrpoAnalyzers" Version="*" PrivateAssets="all" />
            <Reference Include="TorchSharp"><HintPath>{typeof(TorchSharp.torch).Assembly.Location}</HintPath></Reference>
          </ItemGroup>
        </Project>
        """;

    private static Dictionary<string, string> Sample(string name) =>
        Directory.EnumerateFiles(Path.Combine(LocalFeed.Sources, "Samples", name), "*.cs").ToDictionary(path => Path.GetFileName(path), File.ReadAllText, StringComparer.Ordinal);
}
