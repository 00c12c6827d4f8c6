using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Kinds of argument and result; the order is that of the enum Tag in shim.cpp.</summary>
internal enum ValueKind
{
    Default,
    None,
    Tensor,
    Int,
    Double,
    Bool,
    Complex,
    String,
    IntList,
    DoubleList,
    TensorList,
    Device,
    Generator,
}

/// <summary>An argument or result as the shim reads it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeValue
{
    internal ValueKind Kind;
    internal int Length;
    internal long Bits;

    internal readonly void* Pointer => (void*)Bits;

    internal readonly double Double => BitConverter.Int64BitsToDouble(Bits);

    internal readonly bool Bool => Bits != 0;

    /// <summary>The tensor in this result, which takes over its reference; null where the operator returned an undefined one.</summary>
    internal readonly torch.Tensor? TakeTensor() => Kind == ValueKind.Tensor && Bits != 0 ? new torch.Tensor((nint)Bits) : null;

    internal readonly torch.Tensor[] TakeTensors()
    {
        if (Kind != ValueKind.TensorList) throw new InvalidOperationException($"The operator returned {Kind}, not a list of tensors.");
        var handles = (nint*)Pointer;
        var tensors = new torch.Tensor[Length];
        for (var i = 0; i < tensors.Length; i++) tensors[i] = new torch.Tensor(handles[i]);
        Shim.shim_free(handles);
        return tensors;
    }
}
