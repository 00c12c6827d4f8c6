extern alias RuntimeSample;

using System.Diagnostics;
using System.Reflection;

namespace GrpoAnalyzers.Samples.Tests;

/// <summary>A sample's program, started as its users start it.</summary>
public static class Sample
{
    public static readonly string Flawed = typeof(AdditionGrpo.Options).Assembly.Location;

    public static readonly string Corrected = Metadata("CorrectedSample");

    public static readonly string WithRuntime = typeof(RuntimeSample::AdditionGrpo.Options).Assembly.Location;

    public static readonly string Sources = Metadata("SampleSources");

    public static async Task<SampleRun> RunAsync(string assembly, params string[] arguments)
    {
        using var process = Start(assembly, arguments);
        return await EndAsync(process);
    }

    public static Process Start(string assembly, params string[] arguments)
    {
        // A shell's background jobs ignore Ctrl-C, and so would what they start.
        var (program, before) = OperatingSystem.IsLinux() ? ("env", new[] { "--default-signal=INT", "dotnet" }) : ("dotnet", []);
        var start = new ProcessStartInfo(program, [.. before, assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    public static async Task<SampleRun> EndAsync(Process process)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new SampleRun(process.ExitCode, await output, await errors);
    }

    private static string Metadata(string key) =>
        typeof(Sample).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
