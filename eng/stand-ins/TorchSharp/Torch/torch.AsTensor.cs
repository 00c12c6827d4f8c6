namespace TorchSharp;

public static partial class torch
{
    public static Tensor as_tensor((float, float)[] rawArray, ScalarType? dtype = null, Device? device = null)
        => FromSpan<(float, float)>(rawArray, [rawArray.Length], ScalarType.ComplexFloat32, dtype, device, false);

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) => from_array(data, dtype, device);

    public static Tensor as_tensor(IList<(float, float)> rawArray, ScalarType? dtype = null, Device? device = null)
        => FromList(rawArray, [rawArray.Count], ScalarType.ComplexFloat32, dtype, device, false);

    public static Tensor as_tensor(IList<System.Numerics.Complex> rawArray, ScalarType? dtype = null, Device? device = null)
        => FromList(rawArray, [rawArray.Count], ScalarType.ComplexFloat64, dtype, device, false);

    public static Tensor as_tensor(IList<bool> rawArray, ScalarType? dtype = null, Device? device = null)
        => FromList(rawArray, [rawArray.Count], ScalarType.Bool, dtype, device, false);

    public static Tensor as_tensor(IList<byte> rawArray, ScalarType? dtype = null, Device? device = null)
        => FromList(rawArray, [rawArray.Count], ScalarType.Byte, dtype, device, false);

    public static Tensor as_tensor(IList<double> rawArray, ScalarType? dtype = null, Device? device = null)
        => FromList(rawArray, [rawArray.Count], ScalarType.Float64, dtype, device, false);

    public static Tensor as_tensor(IList<float> rawArray, ScalarType? dtype = null, Device? device = null)
        => FromList(rawArray, [rawArray.Count], ScalarType.Float32, dtype, device, false);

    public static Tensor as_tensor(IList<int> rawArray, ScalarType? dtype = null, Device? device = null)
        => FromList(rawArray, [rawArray.Count], ScalarType.Int32, dtype, device, false);

    public static Tensor as_tensor(IList<long> rawArray, ScalarType? dtype = null, Device? device = null)
        => FromList(rawArray, [rawArray.Count], ScalarType.Int64, dtype, device, false);

    public static Tensor as_tensor(IList<sbyte> rawArray, ScalarType? dtype = null, Device? device = null)
        => FromList(rawArray, [rawArray.Count], ScalarType.Int8, dtype, device, false);

    public static Tensor as_tensor(IList<short> rawArray, ScalarType? dtype = null, Device? device = null)
        => FromList(rawArray, [rawArray.Count], ScalarType.Int16, dtype, device, false);

    public static Tensor as_tensor(System.Numerics.Complex[] rawArray, ScalarType? dtype = null, Device? device = null)
        => FromSpan<System.Numerics.Complex>(rawArray, [rawArray.Length], ScalarType.ComplexFloat64, dtype, device, false);

    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null)
        => data.to(dtype ?? data.dtype, device ?? data.device);

    public static Tensor as_tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null)
        => FromSpan<bool>(rawArray, [rawArray.Length], ScalarType.Bool, dtype, device, false);

    public static Tensor as_tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null)
        => FromSpan<byte>(rawArray, [rawArray.Length], ScalarType.Byte, dtype, device, false);

    public static Tensor as_tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null)
        => FromSpan<double>(rawArray, [rawArray.Length], ScalarType.Float64, dtype, device, false);

    public static Tensor as_tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null)
        => FromSpan<float>(rawArray, [rawArray.Length], ScalarType.Float32, dtype, device, false);

    public static Tensor as_tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null)
        => FromSpan<int>(rawArray, [rawArray.Length], ScalarType.Int32, dtype, device, false);

    public static Tensor as_tensor(long[] rawArray, ScalarType? dtype = null, Device? device = null)
        => FromSpan<long>(rawArray, [rawArray.Length], ScalarType.Int64, dtype, device, false);

    public static Tensor as_tensor(sbyte[] rawArray, ScalarType? dtype = null, Device? device = null)
        => FromSpan<sbyte>(rawArray, [rawArray.Length], ScalarType.Int8, dtype, device, false);

    public static Tensor as_tensor(short[] rawArray, ScalarType? dtype = null, Device? device = null)
        => FromSpan<short>(rawArray, [rawArray.Length], ScalarType.Int16, dtype, device, false);
}
