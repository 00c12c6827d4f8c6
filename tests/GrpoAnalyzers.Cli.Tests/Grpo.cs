using System.Diagnostics;
using System.Reflection;

namespace GrpoAnalyzers.Cli.Tests;

/// <summary>Runs the command as a user would, in a folder of its own.</summary>
internal sealed class Grpo : IDisposable
{
    private static readonly string Tool = typeof(Grpo).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "GrpoTool").Value!;

    public string Folder { get; } = Directory.CreateTempSubdirectory("grpo tests ").FullName;

    public static string TorchSharp { get; } = typeof(TorchSharp.torch).Assembly.Location;

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Tool, .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GRPO_TORCHSHARP"] = TorchSharp;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
