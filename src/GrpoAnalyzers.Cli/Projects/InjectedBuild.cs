using System.Xml.Linq;

namespace GrpoAnalyzers.Cli.Projects;

/// <summary>A build of projects with the analyzer put into them from outside.</summary>
internal sealed class InjectedBuild
{
    private readonly string results;

    private InjectedBuild(string results, string artifacts, IReadOnlyList<string> arguments)
    {
        this.results = results;
        Artifacts = artifacts;
        Arguments = arguments;
    }

    /// <summary>Where the build puts what would be in bin and obj.</summary>
    public string Artifacts { get; }

    /// <summary>What dotnet is started with.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>Writes the files of the build into a folder, with a global analyzer configuration where one is given.</summary>
    public static InjectedBuild Prepare(string folder, IReadOnlyList<string> projects, string? configuration)
    {
        var results = Directory.CreateDirectory(Path.Combine(folder, "results")).FullName;
        var targets = Path.Combine(folder, "inject.targets");
        var traversal = Path.Combine(folder, "all.proj");
        var artifacts = Path.Combine(folder, "artifacts");
        var settings = configuration is null ? null : Path.Combine(folder, "grpo.globalconfig");
        if (settings is not null)
        {
            File.WriteAllText(settings, configuration);
        }

        Targets(projects, results, settings).Save(targets);
        Traversal(projects).Save(traversal);
        return new InjectedBuild(
            results,
            artifacts,
            [
                "build", traversal, "-p:CustomAfterMicrosoftCommonTargets=" + targets, "-p:ArtifactsPath=" + artifacts,
                "-p:TreatWarningsAsErrors=false", "-p:CodeAnalysisTreatWarningsAsErrors=false", "-clp:ErrorsOnly;NoSummary", "-nodeReuse:false",
            ]);
    }

    /// <summary>The compilations of a project that were begun: one for each target framework.</summary>
    public IReadOnlyList<CompilerRun> ResultsOf(string project) =>
        [.. Directory.EnumerateFiles(results, "*.args").Order(StringComparer.Ordinal)
            .Select(path => new CompilerRun(Path.ChangeExtension(path, ".sarif"), CompilerArguments.Read(path)))
            .Where(run => string.Equals(run.Arguments.Project, project, StringComparison.Ordinal))];

    private static XDocument Targets(IReadOnlyList<string> projects, string results, string? settings)
    {
        var analyzer = typeof(GrpoAnalyzer).Assembly.Location;
        return XDocument.Parse($"""
            <Project>
              <PropertyGroup>
                <GrpoProjects>{Escaped($";{string.Join(';', projects)};")}</GrpoProjects>
                <GrpoCheck Condition="$(GrpoProjects.Contains(';$(MSBuildProjectFullPath);'))">true</GrpoCheck>
              </PropertyGroup>
              <PropertyGroup Condition="'$(GrpoCheck)' == 'true'">
                <GrpoRun>{Escaped(results)}/$([System.Guid]::NewGuid())</GrpoRun>
                <ErrorLog>$(GrpoRun).sarif,version=2.1</ErrorLog>
                <RunAnalyzers>true</RunAnalyzers>
                <RunAnalyzersDuringBuild>true</RunAnalyzersDuringBuild>
              </PropertyGroup>
              <!-- What is only referenced is compiled for its types: no analyzer of its own has anything to say here. -->
              <PropertyGroup Condition="'$(GrpoCheck)' != 'true'">
                <RunAnalyzers>false</RunAnalyzers>
                <RunAnalyzersDuringBuild>false</RunAnalyzersDuringBuild>
              </PropertyGroup>
              <ItemGroup Condition="'$(GrpoCheck)' == 'true'">
                <Analyzer Include="{Escaped(analyzer)}" />
                {(settings is null ? "" : $"""<EditorConfigFiles Include="{Escaped(settings)}" />""")}
              </ItemGroup>
              <Target Name="GrpoWriteArguments" BeforeTargets="CoreCompile" Condition="'$(GrpoCheck)' == 'true'">
                <WriteLinesToFile
                  File="$(GrpoRun).args"
                  Lines="project|$(MSBuildProjectFullPath);language|$(LangVersion);output|$(OutputType);nullable|$(Nullable);unsafe|$(AllowUnsafeBlocks);define|$(DefineConstants.Replace(';', ','));@(Compile->'source|%(FullPath)');@(ReferencePathWithRefAssemblies->'reference|%(FullPath)')" />
              </Target>
            </Project>
            """);
    }

    /// <summary>A project that builds the others in one build: a failure of one does not stop the rest.</summary>
    private static XDocument Traversal(IReadOnlyList<string> projects) => XDocument.Parse($"""
        <Project DefaultTargets="Build">
          <ItemGroup>
        {string.Join('\n', projects.Select(project => $"""    <GrpoProject Include="{Escaped(project)}" />"""))}
          </ItemGroup>
          <Target Name="Restore">
            <MSBuild Projects="@(GrpoProject)" Targets="Restore" BuildInParallel="false" ContinueOnError="true" Properties="MSBuildRestoreSessionId=$([System.Guid]::NewGuid())" />
          </Target>
          <Target Name="Build">
            <MSBuild Projects="@(GrpoProject)" Targets="Build" BuildInParallel="true" ContinueOnError="true" />
          </Target>
        </Project>
        """);

    private static string Escaped(string text) => System.Security.SecurityElement.Escape(text);
}
