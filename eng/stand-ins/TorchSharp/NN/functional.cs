namespace TorchSharp;

/// <summary>How a tensor is padded.</summary>
public enum PaddingModes
{
    Zeros = 0,
    Reflect = 1,
    Replicate = 2,
    Circular = 3,
    Constant = 4,
}

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Networks' functions without state.</summary>
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Op.Call("aten::linear", input, weights, bias);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1E-05) =>
                Op.Call("aten::layer_norm", input, normalized_shape, weight, bias, eps, true);

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor gelu(Tensor x, bool inplace) => inplace ? x.gelu_() : x.gelu();

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_() : x.silu();

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? x.sigmoid_() : x.sigmoid();

            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_() : x.tanh();

            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => inplace ? x.elu_(alpha) : x.elu(alpha);

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                inplace ? input.leaky_relu_(negative_slope) : input.leaky_relu(negative_slope);

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => Op.Call("aten::softplus", x, (Scalar)beta, (Scalar)threshold);

            public static Tensor logsigmoid(Tensor x) => x.log_sigmoid();

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? Op.InPlace("aten::dropout_", input, p, training) : Op.Call("aten::dropout", input, p, training);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => Op.Call("aten::one_hot", x, num_classes);

            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1E-12)
            {
                using var scope = NewDisposeScope();
                var norm = Op.Call("aten::norm.ScalarOpt_dim", input, (Scalar)p, new long[] { dim }, true).clamp_min(eps);
                return (input / norm).MoveToOuterDisposeScope();
            }

            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1E-08) => Op.Call("aten::cosine_similarity", x1, x2, dim, eps);

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => mode switch
            {
                PaddingModes.Constant or PaddingModes.Zeros => Op.Call("aten::constant_pad_nd", input, pad, (Scalar)value),
                PaddingModes.Reflect => Op.Call("aten::pad", input, pad, "reflect", null as double?),
                PaddingModes.Replicate => Op.Call("aten::pad", input, pad, "replicate", null as double?),
                _ => Op.Call("aten::pad", input, pad, "circular", null as double?),
            };

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.ToArray(), mode, value);

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad, pad], mode, value);

            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                using var scope = NewDisposeScope();
                var scores = query.matmul(key.transpose(-2, -1)) / Math.Sqrt(query.shape[^1]);
                var mask = is_casual ? ones([query.shape[^2], key.shape[^2]], ScalarType.Bool, query.device).tril() : attn_mask;
                if (mask is not null) scores = mask.dtype == ScalarType.Bool ? scores.masked_fill(~mask, double.NegativeInfinity) : scores + mask;
                var weights = scores.softmax(-1);
                if (p > 0) weights = dropout(weights, p);
                return weights.matmul(value).MoveToOuterDisposeScope();
            }
        }
    }
}
