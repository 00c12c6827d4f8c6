using System.Diagnostics.CodeAnalysis;

namespace GrpoAnalyzers.Runtime;

/// <summary>The checks at the door: each failure names the argument, what was found and what was wanted.</summary>
internal static class Require
{
    internal static string Show(params long[] shape) => "[" + string.Join(", ", shape) + "]";

    internal static string Describe(Tensor tensor) => $"{tensor.dtype} {Show(tensor.shape)} on {tensor.device}";

    internal static Tensor Usable([NotNull] Tensor? tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.IsInvalid)
        {
            throw new ArgumentException("the tensor is disposed.", name);
        }

        return tensor;
    }

    internal static Tensor Floating([NotNull] Tensor? tensor, string name)
    {
        Usable(tensor, name);
        if (!IsFloating(tensor.dtype))
        {
            throw new ArgumentException($"wanted a floating-point tensor, found {Describe(tensor)}.", name);
        }

        if (tensor.is_sparse)
        {
            throw new ArgumentException($"wanted a dense tensor, found a sparse one ({Describe(tensor)}).", name);
        }

        return tensor;
    }

    internal static Tensor Integral([NotNull] Tensor? tensor, string name)
    {
        Usable(tensor, name);
        if (tensor.dtype is not (ScalarType.Int64 or ScalarType.Int32 or ScalarType.Int16 or ScalarType.Int8 or ScalarType.Byte))
        {
            throw new ArgumentException($"wanted an integer tensor, found {Describe(tensor)}.", name);
        }

        return tensor;
    }

    internal static Tensor Boolean([NotNull] Tensor? tensor, string name)
    {
        Usable(tensor, name);
        if (tensor.dtype != ScalarType.Bool)
        {
            throw new ArgumentException($"wanted a bool tensor (make one with `mask != 0`), found {Describe(tensor)}.", name);
        }

        return tensor;
    }

    internal static void Shape(Tensor tensor, string name, params long[] wanted)
    {
        if (!tensor.shape.AsSpan().SequenceEqual(wanted))
        {
            throw new ArgumentException($"wanted shape {Show(wanted)}, found {Show(tensor.shape)}.", name);
        }
    }

    internal static void SameDevice(Tensor tensor, string name, Tensor like)
    {
        if (tensor.device_type != like.device_type || tensor.device_index != like.device_index)
        {
            throw new ArgumentException($"wanted a tensor on {like.device}, found one on {tensor.device}.", name);
        }
    }

    internal static void Finite(Tensor values, string name, string where = "")
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();

        // A sum keeps a NaN or an infinity and makes no tensor of the size of what is checked; only when it is neither are values looked at one by one.
        if (!values.sum().isfinite().ToBoolean() && !values.isfinite().all().ToBoolean())
        {
            throw new ArgumentException($"holds a NaN or an infinity{where}.", name);
        }
    }

    internal static double Positive(double value, string name)
    {
        if (!(value > 0) || double.IsInfinity(value))
        {
            throw new ArgumentOutOfRangeException(name, value, "wanted a positive finite number.");
        }

        return value;
    }

    internal static double NotNegative(double value, string name)
    {
        if (!(value >= 0) || double.IsInfinity(value))
        {
            throw new ArgumentOutOfRangeException(name, value, "wanted a finite number of at least 0.");
        }

        return value;
    }

    internal static double Between(double value, double low, double high, string name)
    {
        if (!(value >= low && value <= high))
        {
            throw new ArgumentOutOfRangeException(name, value, $"wanted a number from {low} to {high}.");
        }

        return value;
    }

    internal static double Finite(double value, string name)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, "wanted a finite number.");
        }

        return value;
    }

    internal static bool IsFloating(ScalarType type) =>
        type is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16;

    /// <summary>Math is done in float32 or better, whatever the policy's dtype.</summary>
    internal static ScalarType MathType(ScalarType type) => type == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    /// <summary>Values need a host read: by default done where that is free.</summary>
    internal static bool Values(bool? validate, Tensor tensor) => validate ?? tensor.device_type == TorchSharp.DeviceType.CPU;
}
