namespace TorchSharp;

public static partial class torch
{
    /// <summary>One part of an index expression, such as <c>t[.., 1]</c> in Python.</summary>
    public struct TensorIndex
    {
        public static TensorIndex Colon = Slice();

        public static TensorIndex Ellipsis = new(IndexKind.Ellipsis);

        public static TensorIndex Null = new(IndexKind.Null);

        public static TensorIndex None = new(IndexKind.Null);

        private TensorIndex(IndexKind kind, long? start = null, long? stop = null, long? step = null, torch.Tensor? tensor = null)
        {
            Kind = kind;
            StartValue = start;
            StopValue = stop;
            StepValue = step;
            Indices = tensor;
        }

        internal IndexKind Kind { get; }

        internal long? StartValue { get; }

        internal long? StopValue { get; }

        internal long? StepValue { get; }

        internal torch.Tensor? Indices { get; }

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new(IndexKind.Slice, start, stop, step);

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) => range;

        public static TensorIndex Bool(bool value) => new(IndexKind.Bool, value ? 1 : 0);

        public static TensorIndex Single(long? index) => index is long i ? new(IndexKind.Single, i) : Null;

        public static TensorIndex Tensor(torch.Tensor tensor) => new(IndexKind.Tensor, tensor: tensor);

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        public static implicit operator TensorIndex(Range range)
            => Slice(Bound(range.Start), range.End is { IsFromEnd: true, Value: 0 } ? null : Bound(range.End));

        private static long Bound(Index index) => index.IsFromEnd ? -index.Value : index.Value;
    }

    internal enum IndexKind
    {
        Slice,
        Ellipsis,
        Null,
        Bool,
        Single,
        Tensor,
    }
}
