namespace TorchSharp;

public static partial class torch
{
    public static Tensor bartlett_window(long len, bool periodic = true, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Op.Call("aten::bartlett_window.periodic", len, periodic, TypeOrDefault(dtype), Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);

    public static Tensor blackman_window(long len, bool periodic = true, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Op.Call("aten::blackman_window.periodic", len, periodic, TypeOrDefault(dtype), Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);

    public static Tensor hann_window(long len, bool periodic = true, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Op.Call("aten::hann_window.periodic", len, periodic, TypeOrDefault(dtype), Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);

    public static Tensor hamming_window(
        long len, bool periodic = true, float alpha = 0.54f, float beta = 0.46f, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Op.Call("aten::hamming_window.periodic_alpha_beta", len, periodic, alpha, beta, TypeOrDefault(dtype), Arg.Default, DeviceOrDefault(device))
            .WithGrad(requires_grad);

    public static Tensor kaiser_window(
        long len, bool periodic = true, float beta = 12, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Op.Call("aten::kaiser_window.beta", len, periodic, beta, TypeOrDefault(dtype), Arg.Default, DeviceOrDefault(device)).WithGrad(requires_grad);
}
