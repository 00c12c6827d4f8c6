namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator !=(Scalar left, Tensor right) => Op.Call("aten::ne.Scalar", right, left);

        public static Tensor operator !=(Tensor left, Scalar right) => Op.Call("aten::ne.Scalar", left, right);

        public static Tensor operator !=(Tensor left, Tensor right) => Op.Call("aten::ne.Tensor", left, right);

        public static Tensor operator &(Tensor left, Tensor right) => Op.Call("aten::bitwise_and.Tensor", left, right);

        public static Tensor operator <(Scalar left, Tensor right) => Op.Call("aten::gt.Scalar", right, left);

        public static Tensor operator <(Tensor left, Scalar right) => Op.Call("aten::lt.Scalar", left, right);

        public static Tensor operator <(Tensor left, Tensor right) => Op.Call("aten::lt.Tensor", left, right);

        public static Tensor operator <=(Scalar left, Tensor right) => Op.Call("aten::ge.Scalar", right, left);

        public static Tensor operator <=(Tensor left, Scalar right) => Op.Call("aten::le.Scalar", left, right);

        public static Tensor operator <=(Tensor left, Tensor right) => Op.Call("aten::le.Tensor", left, right);

        public static Tensor operator ==(Scalar left, Tensor right) => Op.Call("aten::eq.Scalar", right, left);

        public static Tensor operator ==(Tensor left, Scalar right) => Op.Call("aten::eq.Scalar", left, right);

        public static Tensor operator ==(Tensor left, Tensor right) => Op.Call("aten::eq.Tensor", left, right);

        public static Tensor operator >(Scalar left, Tensor right) => Op.Call("aten::lt.Scalar", right, left);

        public static Tensor operator >(Tensor left, Scalar right) => Op.Call("aten::gt.Scalar", left, right);

        public static Tensor operator >(Tensor left, Tensor right) => Op.Call("aten::gt.Tensor", left, right);

        public static Tensor operator >=(Scalar left, Tensor right) => Op.Call("aten::le.Scalar", right, left);

        public static Tensor operator >=(Tensor left, Scalar right) => Op.Call("aten::ge.Scalar", left, right);

        public static Tensor operator >=(Tensor left, Tensor right) => Op.Call("aten::ge.Tensor", left, right);

        public static Tensor operator ^(Tensor left, Tensor right) => Op.Call("aten::bitwise_xor.Tensor", left, right);

        public static Tensor operator |(Tensor left, Tensor right) => Op.Call("aten::bitwise_or.Tensor", left, right);

        public static Tensor operator ~(Tensor left) => Op.Call("aten::bitwise_not", left);
    }
}
