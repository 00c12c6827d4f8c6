namespace TorchSharp;

public static partial class torch
{
    public static Tensor tensor((double Real, double Imaginary) scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => FromScalar(new System.Numerics.Complex(scalar.Real, scalar.Imaginary), ScalarType.ComplexFloat64, dtype, device, requires_grad);

    public static Tensor tensor((float Real, float Imaginary) scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => FromScalar(new System.Numerics.Complex(scalar.Real, scalar.Imaginary), ScalarType.ComplexFloat32, dtype, device, requires_grad);

    public static Tensor tensor(System.Numerics.Complex scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => FromScalar(scalar, ScalarType.ComplexFloat64, dtype, device, requires_grad);

    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => FromScalar(scalar, ScalarType.Bool, dtype, device, requires_grad);

    public static Tensor tensor(byte scalar, Device? device = null, bool requires_grad = false)
        => FromScalar(scalar, ScalarType.Byte, null, device, requires_grad);

    public static Tensor tensor(double real, double imaginary, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => FromScalar(new System.Numerics.Complex(real, imaginary), ScalarType.ComplexFloat64, dtype, device, requires_grad);

    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => FromScalar(scalar, ScalarType.Float64, dtype, device, requires_grad);

    public static Tensor tensor(float real, float imaginary, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => FromScalar(new System.Numerics.Complex(real, imaginary), ScalarType.ComplexFloat32, dtype, device, requires_grad);

    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false)
        => FromScalar(scalar, ScalarType.Float32, null, device, requires_grad);

    public static Tensor tensor(int scalar, Device? device = null, bool requires_grad = false)
        => FromScalar(scalar, ScalarType.Int32, null, device, requires_grad);

    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => FromScalar(scalar, ScalarType.Int64, dtype, device, requires_grad);

    public static Tensor tensor(sbyte scalar, Device? device = null, bool requires_grad = false)
        => FromScalar(scalar, ScalarType.Int8, null, device, requires_grad);

    public static Tensor tensor(short scalar, Device? device = null, bool requires_grad = false)
        => FromScalar(scalar, ScalarType.Int16, null, device, requires_grad);
}
