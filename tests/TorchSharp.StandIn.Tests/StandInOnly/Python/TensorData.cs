using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Python;

/// <summary>A tensor without libtorch: its element type, shape and elements (a complex element is two doubles).</summary>
public sealed record TensorData(
    [property: JsonPropertyName("dtype")] string Type,
    [property: JsonPropertyName("shape")] long[] Shape,
    [property: JsonPropertyName("data")] byte[] Bytes)
{
    private bool Integral => !Type.StartsWith("float", StringComparison.Ordinal) && !Type.StartsWith("bfloat", StringComparison.Ordinal) && !Type.StartsWith("complex", StringComparison.Ordinal);

    internal static TensorData Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var plain = tensor.detach().resolve_conj().resolve_neg();
        if (plain.is_complex()) plain = plain.view_as_real();
        plain = plain.to(plain.is_floating_point() ? ScalarType.Float64 : ScalarType.Int64).flatten();
        var bytes = plain.dtype == ScalarType.Float64
            ? MemoryMarshal.AsBytes<double>(plain.data<double>().ToArray()).ToArray()
            : MemoryMarshal.AsBytes<long>(plain.data<long>().ToArray()).ToArray();
        return new TensorData(Name(tensor.dtype), tensor.shape, bytes);
    }

    internal static TensorData Read(JsonElement json) => new(
        json.GetProperty("dtype").GetString()!,
        [.. json.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())],
        json.GetProperty("data").GetBytesFromBase64());

    /// <summary>In what an actual tensor differs from this one, or null. The tolerance is relative, element by element.</summary>
    internal string? Difference(Tensor actual, double tolerance) => Difference(Of(actual), tolerance);

    internal string? Difference(TensorData actual, double tolerance)
    {
        if (actual.Type != Type) return $"type {actual.Type} instead of {Type}";
        if (!actual.Shape.SequenceEqual(Shape)) return $"shape [{string.Join(", ", actual.Shape)}] instead of [{string.Join(", ", Shape)}]";
        if (Integral) return Different(MemoryMarshal.Cast<byte, long>(actual.Bytes), MemoryMarshal.Cast<byte, long>(Bytes), (got, want) => got == want);
        return Different(MemoryMarshal.Cast<byte, double>(actual.Bytes), MemoryMarshal.Cast<byte, double>(Bytes), (got, want) => Close(got, want, tolerance));
    }

    internal static void Same(TensorData expected, Tensor actual, double tolerance) => Assert.Null(expected.Difference(actual, tolerance));

    private static string? Different<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> expected, Func<T, T, bool> same)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            if (!same(actual[i], expected[i])) return FormattableString.Invariant($"element {i} is {actual[i]:R} instead of {expected[i]:R}");
        }

        return null;
    }

    private static bool Close(double actual, double expected, double tolerance) =>
        actual.Equals(expected) || actual == expected || Math.Abs(actual - expected) <= tolerance * Math.Abs(expected);

    private static string Name(ScalarType type) => type switch
    {
        ScalarType.Byte => "uint8",
        ScalarType.ComplexFloat32 => "complex64",
        ScalarType.ComplexFloat64 => "complex128",
        _ => type.ToString().ToLowerInvariant(),
    };
}
