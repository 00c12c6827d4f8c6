namespace TorchSharp;

public static partial class torch
{
    public static Tensor randint(
        long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null)
        => Op.Call("aten::randint.low_generator", low, high, size, generator, dtype ?? ScalarType.Int64, Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);

    public static Tensor randint(
        long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null)
        => randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long low, long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null)
        => randint(low, high, size.Shape, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null)
        => randint(0, high, size.Shape, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        int low, int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null)
        => randint(low, high, Array.ConvertAll(size, dimension => (long)dimension), dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null)
        => randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
        => Op.Call("aten::randperm.generator", n, generator, dtype ?? ScalarType.Int64, Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);

    public static Tensor randperm(long n, Tensor @out, Generator? generator = null) => Op.Call("aten::randperm.generator_out", n, generator, @out);

    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null) => Op.Call("aten::normal.Tensor_Tensor", mean, std, generator);

    public static Tensor normal(
        double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null)
        => Op.Call("aten::normal.float_float", mean, std, size, generator, TypeOrDefault(dtype), Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);
}
