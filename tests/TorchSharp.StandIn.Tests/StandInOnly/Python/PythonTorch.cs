using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Python;

/// <summary>The distribution's python3 with torch on the same libtorch, asked one JSON line at a time (see answers.py).</summary>
public sealed partial class PythonTorch : IDisposable
{
    public const string Interpreter = "/usr/bin/python3";

    /// <summary>In both processes: the order of the additions in a matrix product depends on it.</summary>
    public const int Threads = 1;

    private readonly Process process;

    public PythonTorch()
        : this(Interpreter)
    {
    }

    internal PythonTorch(string interpreter)
    {
        set_num_threads(Threads);
        var start = new ProcessStartInfo(interpreter)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "-c", Program(), $"{Threads}" },
        };
        // The stand-in has set the kernel for its own process where .NET's view of the environment does not see it.
        if (BlasKernel() is { } kernel) start.Environment["OPENBLAS_CORETYPE"] = kernel;
        start.Environment["OMP_NUM_THREADS"] = $"{Threads}";
        process = Start(start);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        if (process.StandardOutput.ReadLine() is null) throw Missing(interpreter);
    }

    /// <summary>Names inputs for questions to come.</summary>
    public void Set(string name, IEnumerable<KeyValuePair<string, Tensor>> inputs)
    {
        using var reply = Send(new { set = name, inputs = inputs.ToDictionary(input => input.Key, input => TensorData.Of(input.Value)) });
        if (reply.RootElement.TryGetProperty("message", out var message)) throw new InvalidOperationException(message.GetString());
    }

    /// <summary>Runs statements that leave their result in <c>r</c>, on copies of named inputs, and asks for the gradients too.</summary>
    public PythonAnswer Ask(string inputs, string code, bool gradients)
    {
        using var reply = Send(new { inputs, code, gradients });
        return PythonAnswer.Read(reply.RootElement);
    }

    /// <summary>The value of statements that must not fail, on inputs that are given for this question.</summary>
    public IReadOnlyList<TensorData> Values(string code, params (string Name, Tensor Value)[] inputs) => Answer(code, false, inputs).Values;

    public PythonAnswer Answer(string code, bool gradients, params (string Name, Tensor Value)[] inputs)
    {
        Set("", inputs.Select(input => KeyValuePair.Create(input.Name, input.Value)));
        var answer = Ask("", code, gradients);
        return answer.Error is null ? answer : throw new InvalidOperationException($"{answer.Error}: {answer.Message}");
    }

    public (int Threads, string Blas, string Version) About()
    {
        using var reply = Send(new { about = true });
        var root = reply.RootElement;
        return (root.GetProperty("threads").GetInt32(), root.GetProperty("blas").GetString()!, root.GetProperty("version").GetString()!);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>What the environment that native code sees asks of OpenBLAS.</summary>
    internal static string? BlasKernel() => Marshal.PtrToStringUTF8(GetEnvironment("OPENBLAS_CORETYPE"));

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw Missing(start.FileName);
        }
    }

    private static InvalidOperationException Missing(string interpreter) =>
        new($"{interpreter} cannot import torch, so that the stand-in for TorchSharp cannot be compared with it: run eng/setup, which installs python3-torch.");

    private static string Program()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("answers.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private JsonDocument Send(object question)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(question));
        process.StandardInput.Flush();
        return JsonDocument.Parse(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("python3 with torch ended without an answer"));
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnvironment(string name);
}
