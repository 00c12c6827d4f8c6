namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor celu() => Op.Call("aten::celu", this);

        public Tensor celu(Scalar alpha) => Op.Call("aten::celu", this, alpha);

        public Tensor celu_() => Op.InPlace("aten::celu_", this);

        public Tensor celu_(Scalar alpha) => Op.InPlace("aten::celu_", this, alpha);

        public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale) => Op.Call("aten::elu", this, alpha, scale, input_scale);

        public Tensor elu(double alpha = 1) => Op.Call("aten::elu", this, alpha);

        public Tensor elu_(Scalar alpha, Scalar scale, Scalar input_scale) => Op.InPlace("aten::elu_", this, alpha, scale, input_scale);

        public Tensor elu_(double alpha = 1) => Op.InPlace("aten::elu_", this, alpha);

        public Tensor gelu() => Op.Call("aten::gelu", this);

        public Tensor gelu_() => Op.InPlace("aten::gelu_", this);

        public Tensor glu(long dim = -1) => Op.Call("aten::glu", this, dim);

        public Tensor hardsigmoid() => Op.Call("aten::hardsigmoid", this);

        public Tensor hardsigmoid_() => Op.InPlace("aten::hardsigmoid_", this);

        public Tensor hardswish() => Op.Call("aten::hardswish", this);

        public Tensor hardswish_() => Op.InPlace("aten::hardswish_", this);

        public Tensor hardtanh(Scalar min, Scalar max) => Op.Call("aten::hardtanh", this, min, max);

        public Tensor hardtanh_(Scalar min, Scalar max) => Op.InPlace("aten::hardtanh_", this, min, max);

        public Tensor leaky_relu(Scalar negative_slope) => Op.Call("aten::leaky_relu", this, negative_slope);

        public Tensor leaky_relu_(Scalar negative_slope) => Op.InPlace("aten::leaky_relu_", this, negative_slope);

        public Tensor log_sigmoid() => Op.Call("aten::log_sigmoid", this);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Op.Call("aten::log_softmax.int", this, dim, dtype);

        public Tensor prelu(Tensor target) => Op.Call("aten::prelu", this, target);

        public Tensor relu() => Op.Call("aten::relu", this);

        public Tensor relu6() => Op.Call("aten::relu6", this);

        public Tensor relu6_() => Op.InPlace("aten::relu6_", this);

        public Tensor relu_() => Op.InPlace("aten::relu_", this);

        public Tensor rrelu(double lower = 0.125, double upper = 0.3333333333333333) => Op.Call("aten::rrelu", this, lower, upper);

        public Tensor rrelu_(double lower = 0.125, double upper = 0.3333333333333333) => Op.InPlace("aten::rrelu_", this, lower, upper);

        public Tensor selu() => Op.Call("aten::selu", this);

        public Tensor selu_() => Op.InPlace("aten::selu_", this);

        public Tensor sigmoid() => Op.Call("aten::sigmoid", this);

        public Tensor sigmoid_() => Op.InPlace("aten::sigmoid_", this);

        public Tensor silu() => Op.Call("aten::silu", this);

        public Tensor silu_() => Op.InPlace("aten::silu_", this);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Op.Call("aten::softmax.int", this, dim, dtype);

        public Tensor softplus(double beta = 1, double threshold = 20) => Op.Call("aten::softplus", this, beta, threshold);

        public Tensor threshold(Scalar threshold, Scalar value) => Op.Call("aten::threshold", this, threshold, value);

        public Tensor threshold_(Scalar threshold, Scalar value) => Op.InPlace("aten::threshold_", this, threshold, value);
    }
}
