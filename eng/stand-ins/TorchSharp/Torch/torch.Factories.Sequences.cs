namespace TorchSharp;

public static partial class torch
{
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var inferred = is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type) ? ScalarType.Int64 : defaultType;
        return Op.Call("aten::arange.start_step", start, stop, step, dtype ?? inferred, Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);
    }

    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Op.Call("aten::eye.m", rows, columns < 0 ? rows : columns, TypeOrDefault(dtype), Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Op.Call("aten::linspace", start, end, steps, TypeOrDefault(dtype), Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);

    public static Tensor logspace(
        double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Op.Call("aten::logspace", start, end, steps, @base, TypeOrDefault(dtype), Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);

    public static Tensor empty_strided(
        long[] size, long[] strides, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Op.Call("aten::empty_strided", size, strides, TypeOrDefault(dtype), Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);

    public static Tensor complex(Tensor real, Tensor imag) => Op.Call("aten::complex", real, imag);

    public static Tensor polar(Tensor abs, Tensor angle) => Op.Call("aten::polar", abs, angle);

    public static Tensor tril_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null)
        => Op.Call("aten::tril_indices", row, col, offset, dtype, Arg.Default, DeviceOrDefault(device));

    public static Tensor triu_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null)
        => Op.Call("aten::triu_indices", row, col, offset, dtype, Arg.Default, DeviceOrDefault(device));
}
