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

    /// <summary>A program and its arguments that the command is started through.</summary>
    public IReadOnlyList<string> Through { get; set; } = [];

    public Dictionary<string, string?> Environment { get; } = new() { ["GRPO_TORCHSHARP"] = TorchSharp };

    public Process Start(params string[] arguments)
    {
        // A shell's background jobs ignore Ctrl-C, and so would what they start.
        string[] command = [.. OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : Array.Empty<string>(), .. Through, "dotnet", Tool, .. arguments];
        return Start(command[0], command[1..]);
    }

    /// <summary>Runs the command at a terminal; what the terminal shows comes back.</summary>
    public async Task<string> AtTerminalAsync(string arguments)
    {
        using var process = Start("script", ["--quiet", "--return", "--command", $"dotnet '{Tool}' {arguments}", "/dev/null"]);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await output;
    }

    /// <summary>What a person does with Ctrl-C.</summary>
    public static async Task<int> InterruptAsync(Process process)
    {
        using var interrupt = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    /// <summary>All files of the folder and what is in them.</summary>
    public SortedDictionary<string, string> Tree(string below = "") => new(
        Directory.EnumerateFiles(Path.Combine(Folder, below), "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(Folder, path), path => Convert.ToHexString(File.ReadAllBytes(path)), StringComparer.Ordinal),
        StringComparer.Ordinal);

    private Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Metadata(string key) => typeof(Grpo).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;
}
