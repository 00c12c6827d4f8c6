using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor with a copy of the values.</summary>
    internal static unsafe Tensor FromSpan<T>(
        ReadOnlySpan<T> values, ReadOnlySpan<long> dimensions, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
    {
        var count = 1L;
        foreach (var dimension in dimensions) count *= dimension;
        if (count != values.Length) throw new ArgumentException($"mismatched total size creating a tensor from an array: {count} vs. {values.Length}");

        var result = Op.Call("aten::empty.memory_format", dimensions, type, Arg.Default, CPU);
        if (count > 0)
        {
            var source = MemoryMarshal.AsBytes(values);
            source.CopyTo(new Span<byte>(Shim.shim_data(result.Handle), source.Length));
        }

        GC.KeepAlive(result);
        return Finish(result, dtype ?? type, device, requires_grad);
    }

    private static Tensor FromSpan<T>(T[] values, ReadOnlySpan<long> dimensions, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
        => FromSpan((ReadOnlySpan<T>)values, dimensions, type, dtype, device, requires_grad);

    private static Tensor FromSpan<T>(Span<T> values, ReadOnlySpan<long> dimensions, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
        => FromSpan((ReadOnlySpan<T>)values, dimensions, type, dtype, device, requires_grad);

    private static Tensor FromList<T>(IList<T> values, ReadOnlySpan<long> dimensions, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
        => FromSpan<T>(values as T[] ?? values.ToArray(), dimensions, type, dtype, device, requires_grad);

    /// <summary>A tensor with the shape and a copy of the values of an array of any rank.</summary>
    private static Tensor FromArray<T>(Array values, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
    {
        var dimensions = new long[values.Rank];
        for (var i = 0; i < dimensions.Length; i++) dimensions[i] = values.GetLongLength(i);
        var flat = values.Length == 0
            ? []
            : MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values)), values.Length);
        return FromSpan(flat, dimensions, type, dtype, device, requires_grad);
    }

    private static Tensor FromScalar(Scalar value, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad)
        => Op.Call("aten::full", Array.Empty<long>(), value, dtype ?? type, Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);

    private static Tensor FromScalar(Complex value, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad)
        => FromScalar((Scalar)value, type, dtype, device, requires_grad);

    /// <summary>The tensor of the given type on the given device with the given flag; the original is dropped where that is another one.</summary>
    private static Tensor Finish(Tensor tensor, ScalarType dtype, Device? device, bool requires_grad)
    {
        var target = DeviceOrDefault(device);
        if (tensor.dtype != dtype || target.type != DeviceType.CPU) tensor = tensor.to(dtype, target, disposeAfter: true);
        return tensor.WithGrad(requires_grad);
    }

    private static ScalarType TypeOrDefault(ScalarType? type) => type ?? defaultType;

    // As TorchSharp, and unlike Python, the number's own type decides: full of 1.0 is a double tensor.
    private static ScalarType TypeOrInferred(ScalarType? type, Scalar value) => type ?? value.Type;

    private static Device DeviceOrDefault(Device? device) => device ?? defaultDevice;

    /// <summary>The type of tensor that an array of these elements makes.</summary>
    internal static ScalarType TypeOf(Type element)
        => element == typeof(byte) ? ScalarType.Byte
            : element == typeof(sbyte) ? ScalarType.Int8
            : element == typeof(short) ? ScalarType.Int16
            : element == typeof(int) ? ScalarType.Int32
            : element == typeof(long) ? ScalarType.Int64
            : element == typeof(Half) ? ScalarType.Float16
            : element == typeof(float) ? ScalarType.Float32
            : element == typeof(double) ? ScalarType.Float64
            : element == typeof(bool) ? ScalarType.Bool
            : element == typeof((float, float)) ? ScalarType.ComplexFloat32
            : element == typeof(Complex) ? ScalarType.ComplexFloat64
            : throw new NotSupportedException($"The type {element.FullName} is not supported.");
}
