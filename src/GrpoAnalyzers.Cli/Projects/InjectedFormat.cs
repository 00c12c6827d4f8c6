using System.Xml.Linq;
using GrpoAnalyzers.Cli.Fixes;
using GrpoAnalyzers.Cli.Processes;
using GrpoAnalyzers.CodeFixes;

namespace GrpoAnalyzers.Cli.Projects;

/// <summary>
/// The SDK's <c>dotnet format analyzers</c> on one project, with the analyzer and its fixes put into it from outside, and with copies in the place of
/// its sources: what is fixed are the copies.
/// </summary>
internal sealed class InjectedFormat
{
    private readonly string targets;

    private readonly string copies;

    private readonly string artifacts;

    private readonly string project;

    private InjectedFormat(string project, string artifacts, string targets, string copies)
    {
        this.project = project;
        this.artifacts = artifacts;
        this.targets = targets;
        this.copies = copies;
    }

    /// <param name="folder">An empty folder.</param>
    /// <param name="artifacts">Where the project was restored to.</param>
    /// <param name="project">The project.</param>
    /// <param name="sources">The files to copy, with what to copy.</param>
    /// <param name="choice">The rules, and the fixes that are preferred.</param>
    public static InjectedFormat Prepare(string folder, string artifacts, string project, IEnumerable<EncodedFile> sources, FixChoice choice)
    {
        var copies = Path.Combine(folder, "copies") + Path.DirectorySeparatorChar;
        var format = new InjectedFormat(project, artifacts, Path.Combine(folder, "inject.targets"), copies);
        var files = sources.ToList();
        foreach (var file in files)
        {
            Write(format.CopyOf(file.Path), file.With(file.Text));
        }

        // The copies lie below each other as their originals do, so that the sections of configuration files match them.
        foreach (var path in Loose.EditorConfigFiles.Above(files.Select(file => file.Path)))
        {
            Write(format.CopyOf(path), File.ReadAllBytes(path));
        }

        var configuration = Path.Combine(folder, "choice.globalconfig");
        if (choice.Configuration is { } text)
        {
            File.WriteAllText(configuration, text);
        }

        // The SDK loads its own compiler: beside our assemblies there must be none of another version.
        var tools = Directory.CreateDirectory(Path.Combine(folder, "analyzers")).FullName;
        string[] assemblies = [typeof(GrpoAnalyzer).Assembly.Location, typeof(FixKeys).Assembly.Location];
        foreach (var assembly in assemblies)
        {
            File.Copy(assembly, Path.Combine(tools, Path.GetFileName(assembly)));
        }

        Targets(project, copies, [.. assemblies.Select(assembly => Path.Combine(tools, Path.GetFileName(assembly)))], choice.Configuration is null ? null : configuration)
            .Save(format.targets);
        return format;
    }

    /// <summary>Where a source file was copied to.</summary>
    public string CopyOf(string path) => copies + path[Path.GetPathRoot(path)!.Length..];

    public Task<(int ExitCode, string Output)> RunAsync(IReadOnlyList<string> rules, CancellationToken cancellation) => Dotnet.RunAsync(
        ["format", "analyzers", project, "--diagnostics", .. rules, "--severity", "info", "--no-restore", "--verbosity", "normal"],
        Path.GetDirectoryName(project)!,
        new Dictionary<string, string> { ["CustomAfterMicrosoftCommonTargets"] = targets, ["ArtifactsPath"] = artifacts },
        cancellation);

    private static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private static XDocument Targets(string project, string copies, IReadOnlyList<string> analyzers, string? configuration)
    {
        static string Escaped(string text) => System.Security.SecurityElement.Escape(text);
        static string Moved(string item, string copies) => $"""
                  <GrpoOriginal{item} Include="@({item})"><GrpoOriginal>%(Identity)</GrpoOriginal></GrpoOriginal{item}>
                  <GrpoPlaced{item} Include="@(GrpoOriginal{item}->'{Escaped(copies)}%(Directory)%(Filename)%(Extension)')" />
                  <GrpoCopied{item} Include="@(GrpoPlaced{item})" Condition="Exists('%(Identity)')" />
                  <{item} Remove="@(GrpoCopied{item}->'%(GrpoOriginal)')" />
                  <{item} Include="@(GrpoCopied{item})" />
            """;
        return XDocument.Parse($"""
            <Project>
              <PropertyGroup Condition="'$(MSBuildProjectFullPath)' == '{Escaped(project)}'">
                <GrpoFix>true</GrpoFix>
                <RunAnalyzers>true</RunAnalyzers>
                <RunAnalyzersDuringLiveAnalysis>true</RunAnalyzersDuringLiveAnalysis>
              </PropertyGroup>
              <ItemGroup Condition="'$(GrpoFix)' == 'true'">
                <Analyzer Include="{Escaped(string.Join(';', analyzers))}" />
              </ItemGroup>
              <Target Name="GrpoFixCopies" BeforeTargets="CoreCompile" Condition="'$(GrpoFix)' == 'true'">
                <ItemGroup>
            {Moved("Compile", copies)}
            {Moved("EditorConfigFiles", copies)}
            {(configuration is null ? "" : $"""<EditorConfigFiles Include="{Escaped(configuration)}" />""")}
                </ItemGroup>
              </Target>
            </Project>
            """);
    }
}
