using System.Collections;
using System.Runtime.InteropServices;

namespace TorchSharp.Utils;

/// <summary>Reads and writes the memory of a tensor on the CPU in row-major order, whatever its strides.</summary>
public sealed class TensorAccessor<T> : IEnumerable<T>, IDisposable
    where T : unmanaged
{
    private readonly torch.Tensor tensor;
    private readonly long[] sizes;
    private readonly long[] strides;
    private readonly bool contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        this.tensor = tensor;
        sizes = tensor.shape;
        strides = tensor.stride();
        contiguous = tensor.is_contiguous();
        Count = tensor.numel();
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => tensor.Read<T>(OffsetOf(indices));
        set => tensor.Write(OffsetOf(indices), value);
    }

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right) => left.Equals(right);

    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !left.Equals(right);

    public unsafe T[] ToArray()
    {
        if (Count == 0) return [];
        if (contiguous)
        {
            var values = new Span<T>(Shim.shim_read(tensor.Handle), checked((int)Count)).ToArray();
            GC.KeepAlive(tensor);
            return values;
        }

        using var packed = Op.Call("aten::contiguous", tensor);
        return new TensorAccessor<T>(packed).ToArray();
    }

    public Array ToNDArray()
    {
        if (sizes.Length == 0) return new[] { tensor.Read<T>(0) };
        var flat = ToArray();
        if (sizes.Length == 1) return flat;
        var result = Array.CreateInstance(typeof(T), sizes);
        MemoryMarshal.AsBytes(flat.AsSpan()).CopyTo(
            MemoryMarshal.CreateSpan(
                ref MemoryMarshal.GetArrayDataReference(result), MemoryMarshal.AsBytes(flat.AsSpan()).Length));
        return result;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        for (; arrayIndex < array.Length && tensorIndex < Count; arrayIndex++, tensorIndex++) array[arrayIndex] = tensor.Read<T>(OffsetOf(tensorIndex));
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        for (; arrayIndex < array.Length && tensorIndex < Count; arrayIndex++, tensorIndex++) tensor.Write(OffsetOf(tensorIndex), array[arrayIndex]);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0L; i < Count; i++) yield return tensor.Read<T>(OffsetOf(i));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // The memory is the tensor's.
    public void Dispose()
    {
    }

    public override bool Equals(object? obj) => obj is TensorAccessor<T> other && Count == other.Count && this.SequenceEqual(other);

    public override int GetHashCode() => tensor.GetHashCode();

    private long OffsetOf(long[] indices)
    {
        if (indices.Length == 1 && sizes.Length != 1) return OffsetOf(Checked(indices[0], Count));
        if (indices.Length != sizes.Length) throw new ArgumentException($"{indices.Length} indices for a tensor of {sizes.Length} dimensions");
        var offset = 0L;
        for (var d = 0; d < indices.Length; d++) offset += Checked(indices[d], sizes[d]) * strides[d];
        return offset;
    }

    private long OffsetOf(long flat)
    {
        if (contiguous) return flat;
        var offset = 0L;
        for (var d = sizes.Length - 1; d >= 0; d--)
        {
            offset += flat % sizes[d] * strides[d];
            flat /= sizes[d];
        }

        return offset;
    }

    private static long Checked(long index, long size)
        => index >= 0 && index < size ? index : throw new IndexOutOfRangeException($"index {index} is out of range for a dimension of size {size}");
}
