using System.Diagnostics;
using System.Reflection;

namespace GrpoAnalyzers.Package.Tests;

/// <summary>A folder with a package in it, as the only place that the projects beside it take packages from.</summary>
public abstract class LocalFeed : IAsyncLifetime
{
    private readonly string project;

    /// <param name="project">A project of this repository, which the tests were built with.</param>
    protected LocalFeed(string project)
    {
        this.project = project;
        Directory.CreateDirectory(Packages);
        Write(
            "nuget.config",
            """
            <configuration>
              <config><add key="globalPackagesFolder" value="cache" /></config>
              <packageSources><clear /><add key="local" value="packages" /></packageSources>
            </configuration>
            """);
    }

    public static string Sources { get; } = Metadata("Sources");

    public string Folder { get; } = Directory.CreateTempSubdirectory("grpo package ").FullName;

    public string Packages => Path.Combine(Folder, "packages");

    public async ValueTask InitializeAsync() =>
        await SucceedAsync("pack", Path.Combine(Sources, project, project + ".csproj"), "--no-build", "-c", Metadata("Configuration"), "-o", Packages);

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    /// <summary>What dotnet prints, where it has to succeed.</summary>
    public async Task<string> SucceedAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var all = await output + await errors;
        Assert.True(process.ExitCode == 0, all);
        return all;
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static string Metadata(string key) => typeof(LocalFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;
}

/// <summary>The analyzers' package.</summary>
public sealed class AnalyzerFeed() : LocalFeed("GrpoAnalyzers.Package");

/// <summary>The command's package.</summary>
public sealed class ToolFeed() : LocalFeed("GrpoAnalyzers.Cli");
