using System.Text.Json;

namespace GrpoAnalyzers.StandIns.Tests.Python;

/// <summary>
/// What python answered: values and gradients by the name of the input, or the exception that the expression raised, or the one that
/// the way back through it raised.
/// </summary>
public sealed record PythonAnswer(
    IReadOnlyList<TensorData> Values, IReadOnlyDictionary<string, TensorData> Gradients, string? Error, string? Message, string? RefusedGradient)
{
    internal static PythonAnswer Read(JsonElement reply)
    {
        if (reply.TryGetProperty("error", out var error)) return new([], new Dictionary<string, TensorData>(), error.GetString(), reply.GetProperty("message").GetString(), null);
        return new(
            [.. reply.GetProperty("values").EnumerateArray().Select(TensorData.Read)],
            reply.GetProperty("gradients").EnumerateObject().ToDictionary(one => one.Name, one => TensorData.Read(one.Value)),
            null,
            null,
            reply.TryGetProperty("refused", out var refused) ? refused.GetString() : null);
    }
}
