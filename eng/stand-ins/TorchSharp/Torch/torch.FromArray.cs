using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        var type = TypeOf(rawArray.GetType().GetElementType()!);
        return type switch
        {
            ScalarType.Byte => FromArray<byte>(rawArray, type, dtype, device, requires_grad),
            ScalarType.Int8 => FromArray<sbyte>(rawArray, type, dtype, device, requires_grad),
            ScalarType.Int16 => FromArray<short>(rawArray, type, dtype, device, requires_grad),
            ScalarType.Int32 => FromArray<int>(rawArray, type, dtype, device, requires_grad),
            ScalarType.Int64 => FromArray<long>(rawArray, type, dtype, device, requires_grad),
            ScalarType.Float16 => FromArray<Half>(rawArray, type, dtype, device, requires_grad),
            ScalarType.Float32 => FromArray<float>(rawArray, type, dtype, device, requires_grad),
            ScalarType.Float64 => FromArray<double>(rawArray, type, dtype, device, requires_grad),
            ScalarType.Bool => FromArray<bool>(rawArray, type, dtype, device, requires_grad),
            ScalarType.ComplexFloat32 => FromArray<(float, float)>(rawArray, type, dtype, device, requires_grad),
            _ => FromArray<System.Numerics.Complex>(rawArray, type, dtype, device, requires_grad),
        };
    }

    /// <summary>A one-dimensional tensor on the memory of an array, which stays pinned while any tensor uses it.</summary>
    public static unsafe Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        var elementSize = dtype.ElementSize();
        var available = ((rawArray.LongLength * TypeOf(rawArray.GetType().GetElementType()!).ElementSize()) - offset) / elementSize;
        if (count < 0) count = available;
        if (offset < 0 || count < 0 || count > available) throw new ArgumentException($"the array holds {available} elements of {dtype} after offset {offset}, not {count}");
        if (count == 0) return empty(0, dtype: dtype, requires_grad: requires_grad);

        var pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        var data = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(rawArray)) + offset;
        ManagedCallbacks.Install();
        var blob = Shim.shim_from_blob(data, &count, 1, (int)dtype, (long)GCHandle.ToIntPtr(pin));
        if (blob != 0) return new Tensor(blob).WithGrad(requires_grad);
        pin.Free();
        throw Shim.Error();
    }
}
