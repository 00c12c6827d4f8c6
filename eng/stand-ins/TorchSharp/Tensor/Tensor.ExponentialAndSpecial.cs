namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor digamma() => Op.Call("aten::digamma", this);

        public Tensor digamma_() => Op.InPlace("aten::digamma_", this);

        public Tensor erf() => Op.Call("aten::erf", this);

        public Tensor erf_() => Op.InPlace("aten::erf_", this);

        public Tensor erfc() => Op.Call("aten::erfc", this);

        public Tensor erfc_() => Op.InPlace("aten::erfc_", this);

        public Tensor erfinv() => Op.Call("aten::erfinv", this);

        public Tensor erfinv_() => Op.InPlace("aten::erfinv_", this);

        public Tensor exp() => Op.Call("aten::exp", this);

        public Tensor exp2() => Op.Call("aten::exp2", this);

        public Tensor exp_() => Op.InPlace("aten::exp_", this);

        public Tensor expm1() => Op.Call("aten::expm1", this);

        public Tensor expm1_() => Op.InPlace("aten::expm1_", this);

        public Tensor i0() => Op.Call("aten::i0", this);

        public Tensor igamma(Tensor other) => Op.Call("aten::igamma", this, other);

        public Tensor igammac(Tensor other) => Op.Call("aten::igammac", this, other);

        public Tensor lgamma() => Op.Call("aten::lgamma", this);

        public Tensor lgamma_() => Op.InPlace("aten::lgamma_", this);

        public Tensor log() => Op.Call("aten::log", this);

        public Tensor log10() => Op.Call("aten::log10", this);

        public Tensor log10_() => Op.InPlace("aten::log10_", this);

        public Tensor log1p() => Op.Call("aten::log1p", this);

        public Tensor log1p_() => Op.InPlace("aten::log1p_", this);

        public Tensor log2() => Op.Call("aten::log2", this);

        public Tensor log2_() => Op.InPlace("aten::log2_", this);

        public Tensor log_() => Op.InPlace("aten::log_", this);

        public Tensor logaddexp(Tensor other) => Op.Call("aten::logaddexp", this, other);

        public Tensor logaddexp2(Tensor other) => Op.Call("aten::logaddexp2", this, other);

        public Tensor logit(double? eps = null) => Op.Call("aten::logit", this, eps);

        public Tensor mvlgamma(long p) => Op.Call("aten::mvlgamma", this, p);

        public Tensor mvlgamma_(long p) => Op.InPlace("aten::mvlgamma_", this, p);

        public Tensor polygamma(long p) => Op.Call("aten::polygamma", p, this);

        public Tensor polygamma_(long p) => Op.InPlace("aten::polygamma_", this, p);

        public Tensor sinc() => Op.Call("aten::sinc", this);

        public Tensor sinc_() => Op.InPlace("aten::sinc_", this);

        public Tensor xlogy(Scalar y) => Op.Call("aten::xlogy.Scalar_Other", this, y);

        public Tensor xlogy(Tensor y) => Op.Call("aten::xlogy.Tensor", this, y);

        public Tensor xlogy_(Scalar y) => Op.InPlace("aten::xlogy_.Scalar_Other", this, y);

        public Tensor xlogy_(Tensor y) => Op.InPlace("aten::xlogy_.Tensor", this, y);
    }
}
