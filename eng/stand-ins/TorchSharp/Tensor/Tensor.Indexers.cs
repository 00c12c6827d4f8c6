namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor this[long i1]
        {
            get => index(TensorIndex.Single(i1));
            set => _ = index_put_(value, TensorIndex.Single(i1));
        }

        public Tensor this[long i1, long i2]
        {
            get => this[[i1, i2]];
            set => this[[i1, i2]] = value;
        }

        public Tensor this[long i1, long i2, long i3]
        {
            get => this[[i1, i2, i3]];
            set => this[[i1, i2, i3]] = value;
        }

        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => this[[i1, i2, i3, i4]];
            set => this[[i1, i2, i3, i4]] = value;
        }

        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => this[[i1, i2, i3, i4, i5]];
            set => this[[i1, i2, i3, i4, i5]] = value;
        }

        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => this[[i1, i2, i3, i4, i5, i6]];
            set => this[[i1, i2, i3, i4, i5, i6]] = value;
        }

        public Tensor this[params long[] indices]
        {
            get => index(Singles(indices));
            set => _ = index_put_(value, Singles(indices));
        }

        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => _ = index_put_(value, indices);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => _ = index_put_(value, indices);
        }

        public Tensor index(params TensorIndex[] indices) => IndexExpression.Get(this, indices);

        public Tensor index(params Tensor[] indices) => Op.Call("aten::index.Tensor", this, indices);

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            IndexExpression.Set(this, value, indices, accumulate);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false)
            => Op.InPlace("aten::index_put_", this, indices, value, accumulate);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var filler = FillerOf(value);
            return index_put_(filler, indices, false);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices)
        {
            using var filler = FillerOf(value);
            return index_put_(filler, indices, false);
        }

        private static TensorIndex[] Singles(long[] indices) => Array.ConvertAll(indices, i => TensorIndex.Single(i));

        private Tensor FillerOf(Scalar value) => Op.Call("aten::full", Array.Empty<long>(), value, dtype, Arg.Default, device);
    }
}
