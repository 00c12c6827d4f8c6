namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor ceil() => Op.Call("aten::ceil", this);

        public Tensor ceil_() => Op.InPlace("aten::ceil_", this);

        public Tensor fix() => Op.Call("aten::fix", this);

        public Tensor fix_() => Op.InPlace("aten::fix_", this);

        public Tensor floor() => Op.Call("aten::floor", this);

        public Tensor floor_() => Op.InPlace("aten::floor_", this);

        public Tensor frac() => Op.Call("aten::frac", this);

        public Tensor frac_() => Op.InPlace("aten::frac_", this);

        public Tensor heaviside(Tensor other) => Op.Call("aten::heaviside", this, other);

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null)
            => Op.Call("aten::nan_to_num", this, nan, posinf, neginf);

        public Tensor round(long decimals = 0)
            => decimals == 0 ? Op.Call("aten::round", this) : Op.Call("aten::round.decimals", this, decimals);

        public Tensor round_(long decimals = 0)
            => decimals == 0 ? Op.InPlace("aten::round_", this) : Op.InPlace("aten::round_.decimals", this, decimals);

        public Tensor trunc() => Op.Call("aten::trunc", this);

        public Tensor trunc_() => Op.InPlace("aten::trunc_", this);
    }
}
