using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp;

/// <summary>
/// The C interface of native/shim.cpp. A tensor handle owns one reference: what a function returns is released by whoever gets it
/// (usually by wrapping it in a <see cref="torch.Tensor"/>), what it is given stays the caller's.
/// </summary>
internal static unsafe partial class Shim
{
    private const string Library = ShimLibrary.Name;

    static Shim() => NativeLibrary.SetDllImportResolver(typeof(Shim).Assembly, ShimLibrary.Resolve);

    [DllImport(Library)] internal static extern byte* shim_error();
    [DllImport(Library)] internal static extern byte* shim_version();
    [DllImport(Library)] internal static extern void* shim_alloc(long bytes);
    [DllImport(Library)] internal static extern void shim_free(void* memory);
    [DllImport(Library)] internal static extern int shim_threads();
    [DllImport(Library)] internal static extern int shim_set_threads(int n);
    [DllImport(Library)] internal static extern int shim_interop_threads();
    [DllImport(Library)] internal static extern int shim_set_interop_threads(int n);

    [DllImport(Library)] internal static extern nint shim_op(byte* name, byte* overload);
    [DllImport(Library)] internal static extern nint shim_call(nint op, NativeValue* args, int n);
    [DllImport(Library)] internal static extern int shim_call_many(nint op, NativeValue* args, int n, NativeValue* results, int capacity);

    [DllImport(Library)] internal static extern void shim_release(nint tensor);
    [DllImport(Library)] internal static extern nint shim_retain(nint tensor);
    [DllImport(Library)] internal static extern long shim_dim(nint tensor);
    [DllImport(Library)] internal static extern long shim_numel(nint tensor);
    [DllImport(Library)] internal static extern int shim_sizes(nint tensor, long* sizes);
    [DllImport(Library)] internal static extern int shim_strides(nint tensor, long* strides);
    [DllImport(Library)] internal static extern int shim_dtype(nint tensor);
    [DllImport(Library)] internal static extern int shim_layout(nint tensor);
    [DllImport(Library)] internal static extern int shim_device(nint tensor, int* index);
    [DllImport(Library)] internal static extern long shim_itemsize(nint tensor);
    [DllImport(Library)] internal static extern long shim_storage_offset(nint tensor);
    [DllImport(Library)] internal static extern long shim_storage_bytes(nint tensor);
    [DllImport(Library)] internal static extern void* shim_data(nint tensor);
    [DllImport(Library)] internal static extern void* shim_read(nint tensor);
    [DllImport(Library)] internal static extern int shim_is_contiguous(nint tensor);
    [DllImport(Library)] internal static extern int shim_is_leaf(nint tensor);
    [DllImport(Library)] internal static extern int shim_is_inference(nint tensor);
    [DllImport(Library)] internal static extern int shim_is_neg(nint tensor);
    [DllImport(Library)] internal static extern int shim_is_conj(nint tensor);
    [DllImport(Library)] internal static extern int shim_requires_grad(nint tensor);
    [DllImport(Library)] internal static extern int shim_set_requires_grad(nint tensor, int value);
    [DllImport(Library)] internal static extern int shim_grad(nint tensor, nint* grad);
    [DllImport(Library)] internal static extern int shim_set_grad(nint tensor, nint grad);
    [DllImport(Library)] internal static extern int shim_set_data(nint tensor, nint data);
    [DllImport(Library)] internal static extern int shim_retain_grad(nint tensor);
    [DllImport(Library)] internal static extern nint shim_from_blob(void* data, long* sizes, int n, int dtype, long id);

    [DllImport(Library)] internal static extern int shim_backward(nint* tensors, int n, nint* grads, int retain, int create, nint* inputs, int inputsCount);
    [DllImport(Library)]
    internal static extern int shim_gradients(nint* outputs, int n, nint* inputs, int inputsCount, nint* grads, int retain, int create, int allowUnused, nint* results);
    [DllImport(Library)] internal static extern int shim_grad_mode();
    [DllImport(Library)] internal static extern void shim_set_grad_mode(int enabled);
    [DllImport(Library)] internal static extern int shim_inference_mode();
    [DllImport(Library)] internal static extern nint shim_enter_inference_mode(int enabled);
    [DllImport(Library)] internal static extern void shim_leave_inference_mode(nint guard);
    [DllImport(Library)] internal static extern int shim_anomaly_mode();
    [DllImport(Library)] internal static extern void shim_set_anomaly_mode(int enabled, int checkNaN);

    [DllImport(Library)]
    internal static extern void shim_set_callbacks(
        delegate* unmanaged<long, nint, nint**, int> forward, delegate* unmanaged<long, nint, nint*, int, nint**, int> backward,
        delegate* unmanaged<long, void> freeFunction, delegate* unmanaged<long, void> freeBlob);
    [DllImport(Library)] internal static extern int shim_apply(long id, nint* inputs, int n, nint** outputs);
    [DllImport(Library)] internal static extern int shim_save_for_backward(nint context, nint* tensors, int n);
    [DllImport(Library)] internal static extern int shim_saved(nint context, nint** tensors);
    [DllImport(Library)] internal static extern int shim_mark_dirty(nint context, nint* tensors, int n);
    [DllImport(Library)] internal static extern int shim_mark_non_differentiable(nint context, nint* tensors, int n);
    [DllImport(Library)] internal static extern void shim_set_materialize_grads(nint context, int value);

    [DllImport(Library)] internal static extern nint shim_default_generator();
    [DllImport(Library)] internal static extern nint shim_generator(ulong seed, int deviceType, int deviceIndex);
    [DllImport(Library)] internal static extern void shim_release_generator(nint generator);
    [DllImport(Library)] internal static extern int shim_generator_set_seed(nint generator, ulong seed);
    [DllImport(Library)] internal static extern ulong shim_generator_seed(nint generator);
    [DllImport(Library)] internal static extern ulong shim_generator_initial_seed(nint generator);
    [DllImport(Library)] internal static extern nint shim_generator_state(nint generator);
    [DllImport(Library)] internal static extern int shim_generator_set_state(nint generator, nint state);
    [DllImport(Library)] internal static extern int shim_manual_seed(ulong seed);

    [DllImport(Library)] internal static extern int shim_cuda_device_count();
    [DllImport(Library)] internal static extern int shim_cudnn_is_available();
    [DllImport(Library)] internal static extern int shim_cuda_seed(ulong seed, int all);
    [DllImport(Library)] internal static extern int shim_cuda_synchronize(long index);

    [DllImport(Library)] internal static extern nint shim_watch();
    [DllImport(Library)] internal static extern void shim_unwatch(nint watch);
    [DllImport(Library)] internal static extern long shim_host_reads();
    [DllImport(Library)] internal static extern long shim_largest_block();

    /// <summary>Throws what the last failing call on this thread left behind.</summary>
    internal static Exception Error()
    {
        var message = Marshal.PtrToStringUTF8((nint)shim_error()) ?? "";
        return ManagedFailures.Take(message) ?? new ExternalException(message);
    }

    internal static void Check(int succeeded)
    {
        if (succeeded == 0) throw Error();
    }

    /// <summary>A result of which negative values mean failure.</summary>
    internal static int CheckNonNegative(int value) => value >= 0 ? value : throw Error();

    internal static long CheckNonNegative(long value) => value >= 0 ? value : throw Error();

    internal static nint CheckPointer(nint pointer) => pointer != 0 ? pointer : throw Error();
}
