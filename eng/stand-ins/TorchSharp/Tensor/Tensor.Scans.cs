namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public (Tensor values, Tensor indexes) cummax(long dim) => Op.Call2("aten::cummax", this, dim);

        public (Tensor values, Tensor indexes) cummin(long dim) => Op.Call2("aten::cummin", this, dim);

        public Tensor cumprod(long dim, ScalarType? type = null) => Op.Call("aten::cumprod", this, dim, type);

        public Tensor cumsum(long dim, ScalarType? type = null) => Op.Call("aten::cumsum", this, dim, type);

        public Tensor logcumsumexp(long dim) => Op.Call("aten::logcumsumexp", this, dim);

        public Tensor renorm(float p, long dim, float maxnorm) => Op.Call("aten::renorm", this, p, dim, maxnorm);
    }
}
