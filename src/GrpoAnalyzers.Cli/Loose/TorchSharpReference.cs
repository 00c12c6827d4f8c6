using GrpoAnalyzers.Cli.Input;
using GrpoAnalyzers.Cli.Processes;

namespace GrpoAnalyzers.Cli.Loose;

/// <summary>Where loose files get TorchSharp from.</summary>
internal static class TorchSharpReference
{
    public const string Variable = "GRPO_TORCHSHARP";

    private const string RestoredVersion = "0.106.0";

    /// <exception cref="CannotRunException">There is no TorchSharp, neither here nor in the registry.</exception>
    public static async Task<string> FindAsync(CancellationToken cancellation)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? Path.GetFullPath(named) : throw new CannotRunException($"{Variable} names '{named}', which is not there");
        }

        return Cached() ?? await RestoredAsync(cancellation)
            ?? throw new CannotRunException($"TorchSharp is not in the NuGet cache and could not be restored; name the assembly with --reference or in {Variable}");
    }

    private static string? Cached()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var versions = Path.Combine(packages, "torchsharp");
        if (!Directory.Exists(versions))
        {
            return null;
        }

        return Directory.GetDirectories(versions)
            .OrderByDescending(folder => Version.TryParse(Path.GetFileName(folder).Split('-')[0], out var version) ? version : new Version(0, 0))
            .Select(folder => Path.Combine(folder, "lib"))
            .Where(Directory.Exists)
            .SelectMany(lib => Directory.GetDirectories(lib).OrderBy(f => Path.GetFileName(f).StartsWith("netstandard", StringComparison.Ordinal)).ThenByDescending(f => f, StringComparer.Ordinal))
            .Select(folder => Path.Combine(folder, "TorchSharp.dll"))
            .FirstOrDefault(File.Exists);
    }

    private static async Task<string?> RestoredAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        var project = Path.Combine(folder.Path, "restore.csproj");
        await File.WriteAllTextAsync(
            project,
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
              <ItemGroup><PackageReference Include="TorchSharp" Version="{RestoredVersion}" /></ItemGroup>
            </Project>
            """,
            cancellation);
        await Dotnet.RunAsync(["restore", project, "-v", "quiet", "-nologo"], folder.Path, cancellation);
        return Cached();
    }
}
