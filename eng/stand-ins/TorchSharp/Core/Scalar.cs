using System.Numerics;

namespace TorchSharp;

/// <summary>A number handed to an operator. It holds no native memory; <see cref="Dispose"/> is there because TorchSharp's does.</summary>
public sealed class Scalar : IDisposable
{
    private readonly double real;
    private readonly double imaginary;
    private readonly long integer;

    private Scalar(torch.ScalarType type, long integer, double real, double imaginary = 0)
    {
        Type = type;
        this.integer = integer;
        this.real = real;
        this.imaginary = imaginary;
    }

    public torch.ScalarType Type { get; }

    internal bool IsComplex => Type is torch.ScalarType.ComplexFloat32 or torch.ScalarType.ComplexFloat64;

    internal bool IsFloatingPoint => Type is torch.ScalarType.Float16 or torch.ScalarType.BFloat16 or torch.ScalarType.Float32 or torch.ScalarType.Float64;

    internal double Double => real;

    internal long Long => integer;

    internal Complex Complex => new(real, imaginary);

    public static implicit operator Scalar(byte value) => Integer(torch.ScalarType.Byte, value);

    public static implicit operator Scalar(sbyte value) => Integer(torch.ScalarType.Int8, value);

    public static implicit operator Scalar(short value) => Integer(torch.ScalarType.Int16, value);

    public static implicit operator Scalar(int value) => Integer(torch.ScalarType.Int32, value);

    public static implicit operator Scalar(long value) => Integer(torch.ScalarType.Int64, value);

    public static implicit operator Scalar(float value) => Float(torch.ScalarType.Float32, value);

    public static implicit operator Scalar(double value) => Float(torch.ScalarType.Float64, value);

    public static implicit operator Scalar(Half value) => Float(torch.ScalarType.Float16, (double)value);

    public static implicit operator Scalar(bool value) => Integer(torch.ScalarType.Bool, value ? 1 : 0);

    public static implicit operator Scalar((float, float) value) => new(torch.ScalarType.ComplexFloat32, (long)value.Item1, value.Item1, value.Item2);

    public static implicit operator Scalar(Complex value) => new(torch.ScalarType.ComplexFloat64, (long)value.Real, value.Real, value.Imaginary);

    public void Dispose()
    {
    }

    internal static Scalar BFloat16(float value) => Float(torch.ScalarType.BFloat16, value);

    internal Arg ToArg()
        => IsComplex ? (Arg)Complex
            : IsFloatingPoint ? real
            : Type == torch.ScalarType.Bool ? integer != 0
            : integer;

    private static Scalar Integer(torch.ScalarType type, long value) => new(type, value, value);

    // Saturates where C# leaves the conversion undefined, so that ToInt32 of an infinity is the same everywhere.
    private static Scalar Float(torch.ScalarType type, double value)
        => new(type, double.IsNaN(value) ? 0 : value >= long.MaxValue ? long.MaxValue : value <= long.MinValue ? long.MinValue : (long)value, value);
}
