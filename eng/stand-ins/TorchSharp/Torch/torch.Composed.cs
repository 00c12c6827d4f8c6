namespace TorchSharp;

public static partial class torch
{
    public static string __version__ => System.Runtime.InteropServices.Marshal.PtrToStringUTF8(VersionPointer()) ?? "";

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Op.Call("aten::where.self", condition, x, y);

    public static Tensor[] where(Tensor condition) => Op.CallList("aten::where", condition);

    public static Tensor gather(Tensor input, long dim, Tensor index, bool sparse_grad = false) => Op.Call("aten::gather", input, dim, index, sparse_grad);

    public static Tensor norm(Tensor input) => input.norm();

    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    public static Tensor[] unbind(Tensor tensor, int dim = 0) => tensor.unbind(dim);

    public static Tensor divide_(Tensor left, Scalar right) => left.divide_(right);

    public static Tensor tensordot(Tensor a, Tensor b, long dims = 2) => a.tensordot(b, dims);

    public static Tensor trapz(Tensor y, Tensor x, long dim = -1) => y.trapezoid(x, dim);

    public static Tensor trapz(Tensor y, double dx = 1, long dim = -1) => y.trapezoid(dx, dim);

    public static (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(
        Tensor input, bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null)
        => input.unique(sorted, return_inverse, return_counts, dim);

    public static (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(
        Tensor input, bool return_inverse = false, bool return_counts = false, int? dim = null)
        => input.unique_consecutive(return_inverse, return_counts, dim);

    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null)
        => Op.Call("aten::searchsorted.Tensor", sorted_sequence, values, out_int32, right, Arg.None, sorter);

    public static Tensor searchsorted(Tensor sorted_sequence, Scalar values, bool out_int32, bool right, Tensor sorter)
        => Op.Call("aten::searchsorted.Scalar", sorted_sequence, values, out_int32, right, Arg.None, sorter);

    public static Tensor combinations(Tensor input, int r = 2, bool with_replacement = false) => Op.Call("aten::combinations", input, r, with_replacement);

    public static Size broadcast_shapes(params long[][] shapes)
    {
        var result = new long[shapes.Length == 0 ? 0 : shapes.Max(shape => shape.Length)];
        Array.Fill(result, 1);
        foreach (var shape in shapes)
        {
            for (var i = 1; i <= shape.Length; i++)
            {
                ref var size = ref result[^i];
                if (shape[^i] == 1 || shape[^i] == size) continue;
                if (size != 1) throw new ArgumentException("Shape mismatch: objects cannot be broadcast to a single shape");
                size = shape[^i];
            }
        }

        return new Size(result);
    }

    public static bool is_tensor(object obj) => obj is Tensor;

    public static bool is_floating_point(Tensor input) => input.is_floating_point();

    public static bool is_complex(Tensor input) => input.is_complex();

    public static bool is_integral(Tensor t) => t.is_integral();

    public static bool is_nonzero(Tensor input) => input.is_nonzero();

    public static bool is_conj(Tensor input) => input.is_conj();

    public static long numel(Tensor input) => input.numel();

    public static Tensor real(Tensor input) => input.real;

    public static Tensor imag(Tensor input) => input.imag;

    public static ScalarType result_type(Tensor tensor1, Tensor tensor2) => (ScalarType)Op.CallLong("aten::result_type.Tensor", tensor1, tensor2);

    public static ScalarType promote_types(ScalarType type1, ScalarType type2) => (ScalarType)Op.CallLong("aten::promote_types", (long)type1, (long)type2);

    public static bool can_cast(ScalarType from, ScalarType to) => Op.CallBool("aten::can_cast", (long)from, (long)to);

    public static int get_num_threads() => Shim.shim_threads();

    public static void set_num_threads(int num) => Shim.Check(Shim.shim_set_threads(num));

    public static int get_num_interop_threads() => Shim.shim_interop_threads();

    public static void set_num_interop_threads(int num) => Shim.Check(Shim.shim_set_interop_threads(num));

    public static bool cuda_is_available() => cuda.is_available();

    public static bool mps_is_available() => false;

    /// <summary>Loads libtorch, and checks that it has the kind of device.</summary>
    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType)) throw new InvalidOperationException($"Torch device type {deviceType} did not initialise on the current machine.");
    }

    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType switch
    {
        DeviceType.CPU or DeviceType.META => get_num_threads() > 0,
        DeviceType.CUDA => cuda.is_available(),
        _ => false,
    };

    public static Device InitializeDevice(Device? device) => DeviceOrDefault(device);

    private static unsafe nint VersionPointer() => (nint)Shim.shim_version();
}
