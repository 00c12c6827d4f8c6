namespace TorchSharp;

/// <summary>
/// An argument of an operator. It is made by implicit conversion, so that a call reads <c>Op.Call("aten::add.Tensor", a, b, alpha)</c>.
/// A tensor is borrowed and kept alive until the call returns; null means None; <see cref="Default"/> means the schema's default.
/// A <c>long</c> given for a parameter of type float becomes a double; nothing else is converted.
/// </summary>
internal readonly struct Arg
{
    private readonly object? reference;
    private readonly long bits;
    private readonly ValueKind kind;
    private readonly int extra;

    private Arg(ValueKind kind, long bits = 0, object? reference = null, int extra = 0)
    {
        this.kind = kind;
        this.bits = bits;
        this.reference = reference;
        this.extra = extra;
    }

    internal static Arg Default => default;

    internal static Arg None => new(ValueKind.None);

    internal object? Reference => reference;

    /// <summary>How many 8-byte words of scratch memory the argument needs during the call.</summary>
    internal int Words => kind switch
    {
        ValueKind.IntList or ValueKind.DoubleList or ValueKind.TensorList => Math.Max(extra, 1),
        ValueKind.Complex => 2,
        ValueKind.String => (System.Text.Encoding.UTF8.GetByteCount((string)reference!) + 8) / 8,
        _ => 0,
    };

    public static implicit operator Arg(torch.Tensor? value)
        => value is null ? None : new(ValueKind.Tensor, value.Handle, value);

    public static implicit operator Arg(long value) => new(ValueKind.Int, value);

    public static implicit operator Arg(int value) => new(ValueKind.Int, value);

    public static implicit operator Arg(double value) => new(ValueKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Arg(bool value) => new(ValueKind.Bool, value ? 1 : 0);

    public static implicit operator Arg(long? value) => value is long v ? v : None;

    public static implicit operator Arg(double? value) => value is double v ? v : None;

    public static implicit operator Arg(bool? value) => value is bool v ? v : None;

    public static implicit operator Arg(string? value) => value is null ? None : new(ValueKind.String, 0, value);

    public static implicit operator Arg(Scalar? value) => value is null ? None : value.ToArg();

    public static implicit operator Arg(System.Numerics.Complex value) => new(ValueKind.Complex, 0, value);

    public static implicit operator Arg(torch.ScalarType value) => new(ValueKind.Int, (long)value);

    public static implicit operator Arg(torch.ScalarType? value) => value is torch.ScalarType v ? v : None;

    public static implicit operator Arg(torch.Device? value) => value is null ? None : new(ValueKind.Device, (long)value.type, null, value.index);

    public static implicit operator Arg(torch.Generator? value) => value is null ? None : new(ValueKind.Generator, value.Handle, value);

    public static implicit operator Arg(long[]? value) => value is null ? None : new(ValueKind.IntList, 0, value, value.Length);

    public static implicit operator Arg(ReadOnlySpan<long> value) => value.ToArray();

    public static implicit operator Arg((long, long) value) => new long[] { value.Item1, value.Item2 };

    public static implicit operator Arg((long, long, long) value) => new long[] { value.Item1, value.Item2, value.Item3 };

    public static implicit operator Arg(double[]? value) => value is null ? None : new(ValueKind.DoubleList, 0, value, value.Length);

    /// <summary>A list whose elements may be null where the schema says <c>Tensor?[]</c>.</summary>
    public static implicit operator Arg(torch.Tensor?[]? value) => value is null ? None : new(ValueKind.TensorList, 0, value, value.Length);

    internal static Arg List(IEnumerable<torch.Tensor?> tensors) => tensors as torch.Tensor?[] ?? tensors.ToArray();

    /// <summary>Writes the argument for the shim; <paramref name="scratch"/> is advanced by <see cref="Words"/>.</summary>
    internal unsafe void Write(NativeValue* target, ref long* scratch)
    {
        target->Kind = kind;
        target->Length = extra;
        target->Bits = bits;
        if (kind < ValueKind.Complex || kind > ValueKind.TensorList) return;

        target->Bits = (long)scratch;
        switch (reference)
        {
            case long[] integers:
                for (var i = 0; i < integers.Length; i++) scratch[i] = integers[i];
                break;
            case double[] doubles:
                for (var i = 0; i < doubles.Length; i++) scratch[i] = BitConverter.DoubleToInt64Bits(doubles[i]);
                break;
            case torch.Tensor?[] tensors:
                for (var i = 0; i < tensors.Length; i++) scratch[i] = tensors[i] is { } tensor ? tensor.Handle : 0;
                break;
            case System.Numerics.Complex complex:
                ((double*)scratch)[0] = complex.Real;
                ((double*)scratch)[1] = complex.Imaginary;
                break;
            case string text:
                target->Length = System.Text.Encoding.UTF8.GetBytes(text, new Span<byte>(scratch, Words * sizeof(long)));
                break;
        }

        scratch += Words;
    }
}
