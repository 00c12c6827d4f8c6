using System.Diagnostics;
using System.Reflection;

namespace GrpoAnalyzers.Cli.Tests;

/// <summary>Runs the command as a user would, in a folder of its own.</summary>
internal sealed class Grpo : IDisposable
{
    private static readonly string Tool = Metadata("GrpoTool");

    public static string Samples { get; } = Metadata("Samples");

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
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }

    public Process Start(params string[] arguments)
    {
        // A shell's background jobs ignore Ctrl-C, and so would what they start.
        var (program, before) = OperatingSystem.IsLinux() ? ("env", new[] { "--default-signal=INT", "dotnet" }) : ("dotnet", []);
        var start = new ProcessStartInfo(program, [.. before, Tool, .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GRPO_TORCHSHARP"] = TorchSharp;
        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Metadata(string key) => typeof(Grpo).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;
}
