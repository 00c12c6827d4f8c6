namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor @byte() => to_type(ScalarType.Byte);

        public Tensor @char() => to_type(ScalarType.Int8);

        public Tensor @double() => to_type(ScalarType.Float64);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor @short() => to_type(ScalarType.Int16);

        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        public Tensor cdouble() => to_type(ScalarType.ComplexFloat64);

        public Tensor cfloat() => to_type(ScalarType.ComplexFloat32);

        public Tensor half() => to_type(ScalarType.Float16);

        public Tensor pin_memory() => Op.Call("aten::pin_memory", this);

        public Tensor to_dense() => Op.Call("aten::to_dense", this);

        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);

        public Tensor type(ScalarType dtype) => to_type(dtype);

        public Tensor type_as(Tensor tensor) => Op.Call("aten::type_as", this, tensor);
    }
}
