namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor bincount(Tensor? weights, long minlength = 0) => Op.Call("aten::bincount", this, weights, minlength);

        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false)
            => Op.Call("aten::bucketize.Tensor", this, boundaries, outInt32, right);

        public Tensor corrcoef() => Op.Call("aten::corrcoef", this);

        public Tensor cov(long correction = 1, Tensor? fweights = null, Tensor? aweights = null)
            => Op.Call("aten::cov", this, correction, fweights, aweights);

        public Tensor cumulative_trapezoid(Tensor x, long dim = -1) => Op.Call("aten::cumulative_trapezoid.x", this, x, dim);

        public Tensor cumulative_trapezoid(double dx = 1, long dim = -1) => Op.Call("aten::cumulative_trapezoid.dx", this, dx, dim);

        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null)
            => Op.Call("aten::diff", this, n, dim, prepend, append);

        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Op.Call("aten::histc", this, bins, min, max);

        public Tensor trapezoid(Tensor x, long dim = -1) => Op.Call("aten::trapezoid.x", this, x, dim);

        public Tensor trapezoid(double dx = 1, long dim = -1) => Op.Call("aten::trapezoid.dx", this, dx, dim);
    }
}
