using System.Diagnostics;
using System.Text.Json;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests;

/// <summary>A python3 with torch on the same libtorch, asked one JSON line at a time.</summary>
public sealed class PythonTorch : IDisposable
{
    private const string Program = """
        import json, sys, torch
        import torch.nn.functional as F
        torch.set_num_threads(1)
        def out(t):
            return {"shape": list(t.shape), "dtype": str(t.dtype)[6:], "data": t.detach().double().flatten().tolist()}
        for line in sys.stdin:
            q = json.loads(line)
            try:
                x = [torch.tensor(i["data"], dtype=getattr(torch, i["dtype"])).reshape(i["shape"]) for i in q["inputs"]]
                if q["grad"]:
                    x = [t.requires_grad_() if t.is_floating_point() else t for t in x]
                scope = {"torch": torch, "F": F, "x": x}
                scope.update(zip("abcd", x))
                exec(q["code"], scope)
                r = scope["r"]
                answer = [out(r)]
                if q["grad"]:
                    r.sum().backward()
                    answer += [out(t.grad) for t in x if t.grad is not None]
                print(json.dumps({"answer": answer}), flush=True)
            except Exception as e:
                print(json.dumps({"error": repr(e)}), flush=True)
        """;

    private readonly Process process;

    public PythonTorch()
    {
        // Both processes choose the BLAS kernel from the same processor; one thread in each fixes the order of sums.
        var start = new ProcessStartInfo(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { "-c", Program },
        };
        process = Process.Start(start)!;
        set_num_threads(1);
    }

    public sealed record Array(long[] Shape, string Dtype, double[] Data);

    public IReadOnlyList<Array> Ask(string code, bool gradients, params Tensor[] inputs)
    {
        var question = new { code, grad = gradients, inputs = inputs.Select(Describe).ToArray() };
        process.StandardInput.WriteLine(JsonSerializer.Serialize(question));
        process.StandardInput.Flush();
        var line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("python3 with torch ended without an answer");
        using var answer = JsonDocument.Parse(line);
        if (answer.RootElement.TryGetProperty("error", out var error)) throw new InvalidOperationException(error.GetString());
        return answer.RootElement.GetProperty("answer").EnumerateArray().Select(one => new Array(
            one.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64()).ToArray(),
            one.GetProperty("dtype").GetString()!,
            one.GetProperty("data").EnumerateArray().Select(n => n.GetDouble()).ToArray())).ToList();
    }

    public static double[] Values(Tensor tensor) => tensor.detach().to(ScalarType.Float64).flatten().data<double>().ToArray();

    /// <summary>Shape, type and values; the tolerance is relative to the largest expected magnitude.</summary>
    public static void Same(Array expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.shape);
        Assert.Equal(expected.Dtype, Name(actual.dtype));
        var scale = expected.Data.Length == 0 ? 0 : expected.Data.Max(Math.Abs);
        foreach (var (want, got) in expected.Data.Zip(Values(actual)))
            Assert.InRange(got, want - (tolerance * scale), want + (tolerance * scale));
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private static object Describe(Tensor tensor) => new { tensor.shape, dtype = Name(tensor.dtype), data = Values(tensor) };

    private static string Name(ScalarType type) => type.ToString().ToLowerInvariant();
}
