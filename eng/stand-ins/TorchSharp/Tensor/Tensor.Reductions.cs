namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor all() => Op.Call("aten::all", this);

        public Tensor all(long dim, bool keepdim = false) => Op.Call("aten::all.dim", this, dim, keepdim);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null)
            => @out is null ? Op.Call("aten::amax", this, dims, keepdim) : Op.Call("aten::amax.out", this, dims, keepdim, @out);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null)
            => @out is null ? Op.Call("aten::amax", this, dims, keepdim) : Op.Call("aten::amax.out", this, dims, keepdim, @out);

        public Tensor amax(params long[] dims) => Op.Call("aten::amax", this, dims);

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null)
            => @out is null ? Op.Call("aten::amin", this, dims, keepdim) : Op.Call("aten::amin.out", this, dims, keepdim, @out);

        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null)
            => @out is null ? Op.Call("aten::amin", this, dims, keepdim) : Op.Call("aten::amin.out", this, dims, keepdim, @out);

        public Tensor amin(params long[] dims) => Op.Call("aten::amin", this, dims);

        public (Tensor min, Tensor max) aminmax(long? dim = null, bool keepdim = false) => Op.Call2("aten::aminmax", this, dim, keepdim);

        public Tensor any() => Op.Call("aten::any", this);

        public Tensor any(long dim, bool keepdim = false) => Op.Call("aten::any.dim", this, dim, keepdim);

        public Tensor argmax() => Op.Call("aten::argmax", this);

        public Tensor argmax(long dim, bool keepdim = false) => Op.Call("aten::argmax", this, dim, keepdim);

        public Tensor argmin() => Op.Call("aten::argmin", this);

        public Tensor argmin(long dim, bool keepdim = false) => Op.Call("aten::argmin", this, dim, keepdim);

        public Tensor count_nonzero(long[]? dims = null)
            => dims is null ? Op.Call("aten::count_nonzero", this) : Op.Call("aten::count_nonzero.dim_IntList", this, dims);

        public Tensor dist(Tensor other, float p = 2) => Op.Call("aten::dist", this, other, p);

        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false)
            => Op.Call2("aten::kthvalue", this, k, dim ?? -1, keepdim);

        public Tensor logsumexp(long dim, bool keepdim = false) => Op.Call("aten::logsumexp", this, new[] { dim }, keepdim);

        public Tensor max() => Op.Call("aten::max", this);

        public Tensor max(Tensor other) => Op.Call("aten::max.other", this, other);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Op.Call2("aten::max.dim", this, dim, keepdim);

        public Tensor mean() => Op.Call("aten::mean", this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::mean.dim", this, dimensions, keepdim, type);

        public Tensor median() => Op.Call("aten::median", this);

        public Tensor min() => Op.Call("aten::min", this);

        public Tensor min(Tensor other) => Op.Call("aten::min.other", this, other);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Op.Call2("aten::min.dim", this, dim, keepdim);

        public (Tensor values, Tensor indices) mode(long dim = -1, bool keepdim = false) => Op.Call2("aten::mode", this, dim, keepdim);

        public Tensor nanmean(int? dim = null, bool keepdim = false, ScalarType? dtype = null)
            => Op.Call("aten::nanmean", this, dim is int d ? new long[] { d } : Arg.None, keepdim, dtype);

        public Tensor nanmedian() => Op.Call("aten::nanmedian", this);

        public Tensor nanquantile(Tensor q, long dim = -1, bool keepdim = false) => Op.Call("aten::nanquantile", this, q, dim, keepdim);

        public Tensor nansum() => Op.Call("aten::nansum", this);

        public Tensor norm(float p = 2) => Op.Call("aten::norm.Scalar", this, p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2)
            => Op.Call("aten::norm.ScalarOpt_dim", this, p, new long[] { dim }, keepdim);

        public Tensor prod(ScalarType? type = null) => Op.Call("aten::prod", this, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::prod.dim_int", this, dim, keepdim, type);

        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Op.Call("aten::quantile", this, q, dim, keepdim);

        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::std.dim", As(type), dim, unbiased, keepdim);

        public Tensor std((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::std.dim", As(type), dim, unbiased, keepdim);

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::std.dim", As(type), dimensions, unbiased, keepdim);

        public Tensor std(bool unbiased = true) => Op.Call("aten::std", this, unbiased);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::std.dim", As(type), new[] { dim }, unbiased, keepdim);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::std.dim", As(type), dimensions, unbiased, keepdim);

        public (Tensor std, Tensor mean) std_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call2("aten::std_mean.dim", As(type), dim, unbiased, keepdim);

        public (Tensor std, Tensor mean) std_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call2("aten::std_mean.dim", As(type), dim, unbiased, keepdim);

        public (Tensor std, Tensor mean) std_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call2("aten::std_mean.dim", As(type), dimensions, unbiased, keepdim);

        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) => Op.Call2("aten::std_mean", this, unbiased);

        public (Tensor std, Tensor mean) std_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call2("aten::std_mean.dim", As(type), new[] { dim }, unbiased, keepdim);

        public (Tensor std, Tensor mean) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call2("aten::std_mean.dim", As(type), dimensions, unbiased, keepdim);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::sum.dim_IntList", this, dim, keepdim, type);

        public Tensor sum(ScalarType? type = null) => Op.Call("aten::sum", this, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::sum.dim_IntList", this, new[] { dim }, keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::sum.dim_IntList", this, new[] { dim0, dim1 }, keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::sum.dim_IntList", this, new[] { dim0, dim1, dim2 }, keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::sum.dim_IntList", this, dim, keepdim, type);

        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::var.dim", As(type), dim, unbiased, keepdim);

        public Tensor var((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::var.dim", As(type), dim, unbiased, keepdim);

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::var.dim", As(type), dimensions, unbiased, keepdim);

        public Tensor var(bool unbiased = true) => Op.Call("aten::var", this, unbiased);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::var.dim", As(type), new[] { dim }, unbiased, keepdim);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call("aten::var.dim", As(type), dimensions, unbiased, keepdim);

        public (Tensor var, Tensor mean) var_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call2("aten::var_mean.dim", As(type), dim, unbiased, keepdim);

        public (Tensor var, Tensor mean) var_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call2("aten::var_mean.dim", As(type), dim, unbiased, keepdim);

        public (Tensor std, Tensor mean) var_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call2("aten::var_mean.dim", As(type), dimensions, unbiased, keepdim);

        public (Tensor var, Tensor mean) var_mean(bool unbiased = true) => Op.Call2("aten::var_mean", this, unbiased);

        public (Tensor var, Tensor mean) var_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call2("aten::var_mean.dim", As(type), new[] { dim }, unbiased, keepdim);

        public (Tensor std, Tensor mean) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Op.Call2("aten::var_mean.dim", As(type), dimensions, unbiased, keepdim);
    }
}
