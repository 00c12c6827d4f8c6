namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor argwhere() => Op.Call("aten::argwhere", this);

        public Tensor diagonal_scatter(Tensor src, long offset = 0, long dim1 = 0, long dim2 = 1)
            => Op.Call("aten::diagonal_scatter", this, src, offset, dim1, dim2);

        public Tensor fill_(Scalar value) => Op.InPlace("aten::fill_.Scalar", this, value);

        public Tensor gather(long dim, Tensor index) => Op.Call("aten::gather", this, dim, index);

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha)
            => Op.Call("aten::index_add", this, dim, index, source, alpha);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha)
            => Op.InPlace("aten::index_add_", this, dim, index, source, alpha);

        public Tensor index_copy(long dim, Tensor index, Tensor source) => Op.Call("aten::index_copy", this, dim, index, source);

        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Op.InPlace("aten::index_copy_", this, dim, index, source);

        public Tensor index_fill(long dim, Tensor index, Scalar value) => Op.Call("aten::index_fill.int_Scalar", this, dim, index, value);

        public Tensor index_fill_(long dim, Tensor index, Scalar value)
            => Op.InPlace("aten::index_fill_.int_Scalar", this, dim, index, value);

        public Tensor index_select(long dim, Tensor index) => Op.Call("aten::index_select", this, dim, index);

        public Tensor masked_fill(Tensor mask, Scalar value) => Op.Call("aten::masked_fill.Scalar", this, mask, value);

        public Tensor masked_fill_(Tensor mask, Scalar value) => Op.InPlace("aten::masked_fill_.Scalar", this, mask, value);

        public Tensor masked_scatter(Tensor mask, Tensor value) => Op.Call("aten::masked_scatter", this, mask, value);

        public Tensor masked_scatter_(Tensor mask, Tensor value) => Op.InPlace("aten::masked_scatter_", this, mask, value);

        public Tensor masked_select(Tensor mask) => Op.Call("aten::masked_select", this, mask);

        public Tensor narrow(long dim, long start, long length) => Op.Call("aten::narrow", this, dim, start, length);

        public Tensor nonzero() => Op.Call("aten::nonzero", this);

        public IList<Tensor> nonzero_as_list() => Op.CallList("aten::nonzero_numpy", this);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Op.Call("aten::scatter.src", this, dim, index, src);

        public Tensor scatter_(long dim, Tensor index, Tensor src) => Op.InPlace("aten::scatter_.src", this, dim, index, src);

        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Op.Call("aten::scatter_add", this, dim, index, src);

        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Op.InPlace("aten::scatter_add_", this, dim, index, src);

        public Tensor select(long dim, long index) => Op.Call("aten::select.int", this, dim, index);

        public Tensor select_scatter(Tensor src, long dim, long index) => Op.Call("aten::select_scatter", this, src, dim, index);

        public Tensor slice(long dim, long start, long finish, long step) => Op.Call("aten::slice.Tensor", this, dim, start, finish, step);

        public Tensor slice_scatter(Tensor src, long dim = 0, long? start = null, long? end = null, long step = 1)
            => Op.Call("aten::slice_scatter", this, src, dim, start, end, step);

        public Tensor take(Tensor index) => Op.Call("aten::take", this, index);

        public Tensor take_along_dim(IEnumerable<long> indices) => take_along_dim(torch.tensor(indices.ToArray()));

        public Tensor take_along_dim(IEnumerable<long> indices, long dim) => take_along_dim(torch.tensor(indices.ToArray()), dim);

        public Tensor take_along_dim(Tensor indices) => Op.Call("aten::take_along_dim", this, indices);

        public Tensor take_along_dim(Tensor indices, long dim) => Op.Call("aten::take_along_dim", this, indices, dim);

        public Tensor zero_() => Op.InPlace("aten::zero_", this);
    }
}
