namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Transposed, with all dimensions reversed.</summary>
        public Tensor T => Op.Call("aten::numpy_T", this);

        public Tensor H => Op.Call("aten::matrix_H", this);

        public Tensor mT => Op.Call("aten::mT", this);

        public Tensor mH => Op.Call("aten::mH", this);

        public Tensor real => Op.Call("aten::real", this);

        public Tensor imag => Op.Call("aten::imag", this);

        public static Tensor block_diag(params Tensor[] tensors) => torch.block_diag(tensors);

        /// <summary>Whether both have the same shape and values.</summary>
        public bool Equals(Tensor target) => target is not null && Op.CallBool("aten::equal", this, target);

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public override int GetHashCode() => base.GetHashCode();

        public Tensor tensordot(Tensor b, long dims = 2)
        {
            if (dims < 0 || dims > dim() || dims > b.dim()) throw new ArgumentException($"tensordot expects dims between 0 and the number of dimensions, but got {dims}");
            var left = new long[dims];
            var right = new long[dims];
            for (var i = 0; i < dims; i++) (left[i], right[i]) = (i - dims, i);
            return tensordot(b, left, right);
        }

        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(
            bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null)
            => Kept(
                dim is int d
                    ? Op.Call3("aten::unique_dim", this, d, sorted, return_inverse, return_counts)
                    : Op.Call3("aten::_unique2", this, sorted, return_inverse, return_counts),
                return_inverse, return_counts);

        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(
            bool return_inverse = false, bool return_counts = false, int? dim = null)
            => Kept(Op.Call3("aten::unique_consecutive", this, return_inverse, return_counts, dim), return_inverse, return_counts);

        // libtorch returns empty tensors for what was not asked for.
        private static (Tensor Output, Tensor? Inverse, Tensor? Counts) Kept((Tensor, Tensor, Tensor) results, bool inverse, bool counts)
        {
            if (!inverse) results.Item2.Dispose();
            if (!counts) results.Item3.Dispose();
            return (results.Item1, inverse ? results.Item2 : null, counts ? results.Item3 : null);
        }
    }
}
