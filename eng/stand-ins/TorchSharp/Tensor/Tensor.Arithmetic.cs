namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Op.Call("aten::abs", this);

        public Tensor abs_() => Op.InPlace("aten::abs_", this);

        public Tensor absolute() => Op.Call("aten::absolute", this);

        public Tensor absolute_() => Op.InPlace("aten::absolute_", this);

        public Tensor add(Scalar scalar) => Op.Call("aten::add.Scalar", this, scalar);

        public Tensor add(Scalar scalar, Scalar alpha) => Op.Call("aten::add.Scalar", this, scalar, alpha);

        public Tensor add(Tensor target) => Op.Call("aten::add.Tensor", this, target);

        public Tensor add(Tensor target, Scalar alpha) => Op.Call("aten::add.Tensor", this, target, alpha);

        public Tensor add_(Scalar scalar) => Op.InPlace("aten::add_.Scalar", this, scalar);

        public Tensor add_(Scalar scalar, Scalar alpha) => Op.InPlace("aten::add_.Scalar", this, scalar, alpha);

        public Tensor add_(Tensor target) => Op.InPlace("aten::add_.Tensor", this, target);

        public Tensor add_(Tensor target, Scalar alpha) => Op.InPlace("aten::add_.Tensor", this, target, alpha);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Op.Call("aten::addcdiv", this, tensor1, tensor2);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Op.Call("aten::addcdiv", this, tensor1, tensor2, value);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => Op.InPlace("aten::addcdiv_", this, tensor1, tensor2);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Op.InPlace("aten::addcdiv_", this, tensor1, tensor2, value);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Op.Call("aten::addcmul", this, tensor1, tensor2, value);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Op.InPlace("aten::addcmul_", this, tensor1, tensor2, value);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Op.Call("aten::clamp", this, min, max);

        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Op.Call("aten::clamp.Tensor", this, min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Op.InPlace("aten::clamp_", this, min, max);

        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Op.InPlace("aten::clamp_.Tensor", this, min, max);

        public Tensor clamp_max(Scalar max) => Op.Call("aten::clamp_max", this, max);

        public Tensor clamp_max_(Scalar max) => Op.InPlace("aten::clamp_max_", this, max);

        public Tensor clamp_min(Scalar min) => Op.Call("aten::clamp_min", this, min);

        public Tensor clamp_min_(Scalar min) => Op.InPlace("aten::clamp_min_", this, min);

        public Tensor clip(Scalar? min = null, Scalar? max = null) => Op.Call("aten::clip", this, min, max);

        public Tensor copysign(Tensor other) => Op.Call("aten::copysign.Tensor", this, other);

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
            => rounding_mode == RoundingMode.None ? Op.Call("aten::div.Scalar", this, target) : Op.Call("aten::div.Scalar_mode", this, target, Name(rounding_mode));

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
            => rounding_mode == RoundingMode.None ? Op.Call("aten::div.Tensor", this, target) : Op.Call("aten::div.Tensor_mode", this, target, Name(rounding_mode));

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
            => rounding_mode == RoundingMode.None ? Op.InPlace("aten::div_.Scalar", this, target) : Op.InPlace("aten::div_.Scalar_mode", this, target, Name(rounding_mode));

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
            => rounding_mode == RoundingMode.None ? Op.InPlace("aten::div_.Tensor", this, target) : Op.InPlace("aten::div_.Tensor_mode", this, target, Name(rounding_mode));

        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
            => rounding_mode == RoundingMode.None ? Op.Call("aten::div.Scalar", this, target) : Op.Call("aten::div.Scalar_mode", this, target, Name(rounding_mode));

        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
            => rounding_mode == RoundingMode.None ? Op.Call("aten::div.Tensor", this, target) : Op.Call("aten::div.Tensor_mode", this, target, Name(rounding_mode));

        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
            => rounding_mode == RoundingMode.None ? Op.InPlace("aten::div_.Scalar", this, target) : Op.InPlace("aten::div_.Scalar_mode", this, target, Name(rounding_mode));

        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
            => rounding_mode == RoundingMode.None ? Op.InPlace("aten::div_.Tensor", this, target) : Op.InPlace("aten::div_.Tensor_mode", this, target, Name(rounding_mode));

        public Tensor float_power(Tensor target) => Op.Call("aten::float_power.Tensor_Tensor", this, target);

        public Tensor floor_divide(Scalar other) => Op.Call("aten::floor_divide.Scalar", this, other);

        public Tensor floor_divide(Tensor other) => Op.Call("aten::floor_divide", this, other);

        public Tensor floor_divide_(Scalar other) => Op.InPlace("aten::floor_divide_.Scalar", this, other);

        public Tensor floor_divide_(Tensor other) => Op.InPlace("aten::floor_divide_.Tensor", this, other);

        public Tensor fmax(Tensor other) => Op.Call("aten::fmax", this, other);

        public Tensor fmin(Tensor other) => Op.Call("aten::fmin", this, other);

        public Tensor fmod(Scalar scalar) => Op.Call("aten::fmod.Scalar", this, scalar);

        public Tensor fmod(Tensor target) => Op.Call("aten::fmod.Tensor", this, target);

        public Tensor fmod_(Scalar scalar) => Op.InPlace("aten::fmod_.Scalar", this, scalar);

        public Tensor fmod_(Tensor target) => Op.InPlace("aten::fmod_.Tensor", this, target);

        public (Tensor Mantissa, Tensor Exponent) frexp() => Op.Call2("aten::frexp.Tensor", this);

        public Tensor gcd(Tensor other) => Op.Call("aten::gcd", this, other);

        public Tensor gcd_(Tensor other) => Op.InPlace("aten::gcd_", this, other);

        public Tensor hypot(Tensor other) => Op.Call("aten::hypot", this, other);

        public Tensor lcm(Tensor other) => Op.Call("aten::lcm", this, other);

        public Tensor lcm_(Tensor other) => Op.InPlace("aten::lcm_", this, other);

        public Tensor ldexp(Tensor other) => Op.Call("aten::ldexp.Tensor", this, other);

        public Tensor ldexp_(Tensor other) => Op.InPlace("aten::ldexp_", this, other);

        public Tensor lerp(Tensor end, Tensor weight) => Op.Call("aten::lerp.Tensor", this, end, weight);

        public Tensor lerp_(Tensor end, Tensor weight) => Op.InPlace("aten::lerp_.Tensor", this, end, weight);

        public Tensor maximum(Tensor other) => Op.Call("aten::maximum", this, other);

        public Tensor minimum(Tensor other) => Op.Call("aten::minimum", this, other);

        public Tensor mul(Scalar target) => Op.Call("aten::mul.Scalar", this, target);

        public Tensor mul(Tensor target) => Op.Call("aten::mul.Tensor", this, target);

        public Tensor mul_(Scalar target) => Op.InPlace("aten::mul_.Scalar", this, target);

        public Tensor mul_(Tensor target) => Op.InPlace("aten::mul_.Tensor", this, target);

        public Tensor multiply(Scalar target) => Op.Call("aten::multiply.Scalar", this, target);

        public Tensor multiply(Tensor target) => Op.Call("aten::multiply.Tensor", this, target);

        public Tensor neg() => Op.Call("aten::neg", this);

        public Tensor neg_() => Op.InPlace("aten::neg_", this);

        public Tensor negative() => Op.Call("aten::negative", this);

        public Tensor nextafter(Tensor other) => Op.Call("aten::nextafter", this, other);

        public Tensor positive() => Op.Call("aten::positive", this);

        public Tensor pow(Scalar exponent) => Op.Call("aten::pow.Tensor_Scalar", this, exponent);

        public Tensor pow(Tensor exponent) => Op.Call("aten::pow.Tensor_Tensor", this, exponent);

        public Tensor pow_(Scalar exponent) => Op.InPlace("aten::pow_.Scalar", this, exponent);

        public Tensor pow_(Tensor exponent) => Op.InPlace("aten::pow_.Tensor", this, exponent);

        public Tensor reciprocal() => Op.Call("aten::reciprocal", this);

        public Tensor reciprocal_() => Op.InPlace("aten::reciprocal_", this);

        public Tensor remainder(Scalar scalar) => Op.Call("aten::remainder.Scalar", this, scalar);

        public Tensor remainder(Tensor target) => Op.Call("aten::remainder.Tensor", this, target);

        public Tensor remainder_(Scalar scalar) => Op.InPlace("aten::remainder_.Scalar", this, scalar);

        public Tensor remainder_(Tensor target) => Op.InPlace("aten::remainder_.Tensor", this, target);

        public Tensor rsqrt() => Op.Call("aten::rsqrt", this);

        public Tensor rsqrt_() => Op.InPlace("aten::rsqrt_", this);

        public Tensor sgn() => Op.Call("aten::sgn", this);

        public Tensor sgn_() => Op.InPlace("aten::sgn_", this);

        public Tensor sign() => Op.Call("aten::sign", this);

        public Tensor sign_() => Op.InPlace("aten::sign_", this);

        public Tensor signbit() => Op.Call("aten::signbit", this);

        public Tensor sqrt() => Op.Call("aten::sqrt", this);

        public Tensor sqrt_() => Op.InPlace("aten::sqrt_", this);

        public Tensor square() => Op.Call("aten::square", this);

        public Tensor sub(Scalar target) => Op.Call("aten::sub.Scalar", this, target);

        public Tensor sub(Tensor target) => Op.Call("aten::sub.Tensor", this, target);

        public Tensor sub_(Scalar target) => Op.InPlace("aten::sub_.Scalar", this, target);

        public Tensor sub_(Tensor target) => Op.InPlace("aten::sub_.Tensor", this, target);

        public Tensor subtract(Scalar target) => Op.Call("aten::subtract.Scalar", this, target);

        public Tensor subtract(Tensor target) => Op.Call("aten::subtract.Tensor", this, target);

        public Tensor subtract_(Scalar target) => Op.InPlace("aten::subtract_.Scalar", this, target);

        public Tensor subtract_(Tensor target) => Op.InPlace("aten::subtract_.Tensor", this, target);

        public Tensor true_divide(Scalar other) => Op.Call("aten::true_divide.Scalar", this, other);

        public Tensor true_divide(Tensor other) => Op.Call("aten::true_divide.Tensor", this, other);

        public Tensor true_divide_(Scalar other) => Op.InPlace("aten::true_divide_.Scalar", this, other);

        public Tensor true_divide_(Tensor other) => Op.InPlace("aten::true_divide_.Tensor", this, other);
    }
}
