using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What is done to the parameters of a network as a whole.</summary>
        public static partial class utils
        {
            /// <summary>Scales the gradients so that their norm is at most the given one; returns the norm that they had.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                var gradients = tensors.Select(tensor => tensor.grad).OfType<Tensor>().ToList();
                if (gradients.Count == 0) return 0;
                var norms = gradients.Select(gradient => Op.Call("aten::norm.Scalar", gradient, (Scalar)norm_type)).ToList();
                var total = Op.Call("aten::norm.Scalar", stack(norms), (Scalar)norm_type).to_type(ScalarType.Float64).item<double>();
                var factor = max_norm / (total + 1e-6);
                if (factor < 1)
                {
                    foreach (var gradient in gradients) gradient.mul_(factor);
                }

                return total;
            }

            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                foreach (var gradient in tensors.Select(tensor => tensor.grad).OfType<Tensor>()) gradient.clamp_(-clip_value, clip_value);
            }

            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                return cat(tensors.Select(tensor => tensor.view(-1)).ToArray()).MoveToOuterDisposeScope();
            }

            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                var start = 0L;
                foreach (var parameter in tensors)
                {
                    var count = parameter.numel();
                    parameter.copy_(vec.narrow(0, start, count).view(parameter.shape));
                    start += count;
                }
            }
        }

        /// <summary>Ways to fill weights before training.</summary>
        public static partial class init
        {
            public static Tensor constant_(Tensor tensor, Scalar val) => Filled(tensor, t => t.fill_(val));

            public static Tensor zeros_(Tensor tensor) => Filled(tensor, t => t.zero_());

            public static Tensor ones_(Tensor tensor) => Filled(tensor, t => t.fill_(1));

            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) =>
                Filled(tensor, t => t.normal_(mean, std, generator));

            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) =>
                Filled(tensor, t => t.uniform_(low, high, generator));

            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1)
            {
                var bound = gain * Math.Sqrt(6.0 / Fans(tensor));
                return Filled(tensor, t => t.uniform_(-bound, bound));
            }

            public static Tensor xavier_normal_(Tensor tensor, double gain = 1) => Filled(tensor, t => t.normal_(0, gain * Math.Sqrt(2.0 / Fans(tensor))));

            private static double Fans(Tensor tensor)
            {
                if (tensor.dim() < 2) throw new ArgumentException("Fan in and fan out need a tensor of two dimensions or more.", nameof(tensor));
                var receptive = tensor.shape.Skip(2).Aggregate(1L, (product, size) => product * size);
                return (tensor.shape[0] + tensor.shape[1]) * receptive;
            }

            private static Tensor Filled(Tensor tensor, Action<Tensor> fill)
            {
                using var _ = no_grad();
                fill(tensor);
                return tensor;
            }
        }
    }
}
