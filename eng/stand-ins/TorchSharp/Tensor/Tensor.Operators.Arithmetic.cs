namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator %(Tensor left, Scalar right) => Op.Call("aten::remainder.Scalar", left, right);

        public static Tensor operator %(Tensor left, Tensor right) => Op.Call("aten::remainder.Tensor", left, right);

        public static Tensor operator %(Tensor left, double right) => Op.Call("aten::remainder.Scalar", left, right);

        public static Tensor operator %(Tensor left, float right) => Op.Call("aten::remainder.Scalar", left, right);

        public static Tensor operator %(Tensor left, int right) => Op.Call("aten::remainder.Scalar", left, right);

        public static Tensor operator %(Tensor left, long right) => Op.Call("aten::remainder.Scalar", left, right);

        public static Tensor operator *(Scalar left, Tensor right) => Op.Call("aten::mul.Scalar", right, left);

        public static Tensor operator *(Tensor left, Scalar right) => Op.Call("aten::mul.Scalar", left, right);

        public static Tensor operator *(Tensor left, Tensor right) => Op.Call("aten::mul.Tensor", left, right);

        public static Tensor operator *(Tensor left, double right) => Op.Call("aten::mul.Scalar", left, right);

        public static Tensor operator *(Tensor left, float right) => Op.Call("aten::mul.Scalar", left, right);

        public static Tensor operator *(Tensor left, int right) => Op.Call("aten::mul.Scalar", left, right);

        public static Tensor operator *(Tensor left, long right) => Op.Call("aten::mul.Scalar", left, right);

        public static Tensor operator *(double left, Tensor right) => Op.Call("aten::mul.Scalar", right, left);

        public static Tensor operator *(float left, Tensor right) => Op.Call("aten::mul.Scalar", right, left);

        public static Tensor operator *(int left, Tensor right) => Op.Call("aten::mul.Scalar", right, left);

        public static Tensor operator *(long left, Tensor right) => Op.Call("aten::mul.Scalar", right, left);

        public static Tensor operator +(Scalar left, Tensor right) => Op.Call("aten::add.Scalar", right, left);

        public static Tensor operator +(Tensor left, Scalar right) => Op.Call("aten::add.Scalar", left, right);

        public static Tensor operator +(Tensor left, Tensor right) => Op.Call("aten::add.Tensor", left, right);

        public static Tensor operator +(Tensor left, double right) => Op.Call("aten::add.Scalar", left, right);

        public static Tensor operator +(Tensor left, float right) => Op.Call("aten::add.Scalar", left, right);

        public static Tensor operator +(Tensor left, int right) => Op.Call("aten::add.Scalar", left, right);

        public static Tensor operator +(Tensor left, long right) => Op.Call("aten::add.Scalar", left, right);

        public static Tensor operator +(double left, Tensor right) => Op.Call("aten::add.Scalar", right, left);

        public static Tensor operator +(float left, Tensor right) => Op.Call("aten::add.Scalar", right, left);

        public static Tensor operator +(int left, Tensor right) => Op.Call("aten::add.Scalar", right, left);

        public static Tensor operator +(long left, Tensor right) => Op.Call("aten::add.Scalar", right, left);

        public static Tensor operator -(Scalar left, Tensor right) => Op.Call("aten::rsub.Scalar", right, left);

        public static Tensor operator -(Tensor left, Scalar right) => Op.Call("aten::sub.Scalar", left, right);

        public static Tensor operator -(Tensor left, Tensor right) => Op.Call("aten::sub.Tensor", left, right);

        public static Tensor operator -(Tensor left, double right) => Op.Call("aten::sub.Scalar", left, right);

        public static Tensor operator -(Tensor left, float right) => Op.Call("aten::sub.Scalar", left, right);

        public static Tensor operator -(Tensor left, int right) => Op.Call("aten::sub.Scalar", left, right);

        public static Tensor operator -(Tensor left, long right) => Op.Call("aten::sub.Scalar", left, right);

        public static Tensor operator -(Tensor tensor) => Op.Call("aten::neg", tensor);

        public static Tensor operator -(double left, Tensor right) => Op.Call("aten::rsub.Scalar", right, left);

        public static Tensor operator -(float left, Tensor right) => Op.Call("aten::rsub.Scalar", right, left);

        public static Tensor operator -(int left, Tensor right) => Op.Call("aten::rsub.Scalar", right, left);

        public static Tensor operator -(long left, Tensor right) => Op.Call("aten::rsub.Scalar", right, left);

        public static Tensor operator /(Scalar left, Tensor right) => DivideBy(left, right);

        public static Tensor operator /(Tensor left, Scalar right) => Op.Call("aten::div.Scalar", left, right);

        public static Tensor operator /(Tensor left, Tensor right) => Op.Call("aten::div.Tensor", left, right);

        public static Tensor operator /(Tensor left, double right) => Op.Call("aten::div.Scalar", left, right);

        public static Tensor operator /(Tensor left, float right) => Op.Call("aten::div.Scalar", left, right);

        public static Tensor operator /(Tensor left, int right) => Op.Call("aten::div.Scalar", left, right);

        public static Tensor operator /(Tensor left, long right) => Op.Call("aten::div.Scalar", left, right);

        public static Tensor operator /(double left, Tensor right) => DivideBy(left, right);

        public static Tensor operator /(float left, Tensor right) => DivideBy(left, right);

        public static Tensor operator /(int left, Tensor right) => DivideBy(left, right);

        public static Tensor operator /(long left, Tensor right) => DivideBy(left, right);

        // As Python's number / tensor: the reciprocal, times the number.
        private static Tensor DivideBy(Arg dividend, Tensor divisor)
        {
            using var inverse = Op.Call("aten::reciprocal", divisor);
            return Op.Call("aten::mul.Scalar", inverse, dividend);
        }
    }
}
