namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor cpu() => to(CPU);

        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
            => Replace(Op.Call("aten::to.dtype", this, type, non_blocking, copy), disposeAfter);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
            => to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
            => to(dtype, device, copy, disposeAfter, non_blocking);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
            => to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
            => to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
            => Replace(Op.Call("aten::to.device", this, device, type, non_blocking, copy), disposeAfter);

        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);

        /// <summary>Sets the flag on a tensor that was just made.</summary>
        internal Tensor WithGrad(bool requires_grad)
        {
            if (requires_grad) this.requires_grad = true;
            return this;
        }

        private static string Name(RoundingMode mode) => mode == RoundingMode.trunc ? "trunc" : "floor";

        /// <summary>This tensor, or a copy of another type.</summary>
        private Tensor As(ScalarType? type) => type is ScalarType other && other != dtype ? to_type(other) : this;

        private Tensor Like(Op op, ScalarType? type, Device? device, bool requires_grad)
            => Op.Call(op, this, type, Arg.Default, device).WithGrad(requires_grad);

        private Tensor Replace(Tensor result, bool disposeAfter)
        {
            if (disposeAfter) Dispose();
            return result;
        }
    }
}
