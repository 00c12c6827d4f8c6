namespace TorchSharp;

public static partial class torch
{
    /// <summary>What CUDA offers, where libtorch has it.</summary>
    public static class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static bool is_cudnn_available() => is_available() && Shim.shim_cudnn_is_available() != 0;

        public static int device_count() => Shim.shim_cuda_device_count();

        public static void manual_seed(long seed) => Shim.Check(Shim.shim_cuda_seed(unchecked((ulong)seed), 0));

        public static void manual_seed_all(long seed) => Shim.Check(Shim.shim_cuda_seed(unchecked((ulong)seed), 1));

        public static void synchronize(Device? device = null) => Shim.Check(Shim.shim_cuda_synchronize(device?.index ?? -1));
    }
}
