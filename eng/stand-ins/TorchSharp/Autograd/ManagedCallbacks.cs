using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>What libtorch calls: forward and backward of functions written in C#, and the release of what it held on to.</summary>
internal static unsafe class ManagedCallbacks
{
    private static readonly ConcurrentDictionary<long, FunctionCall> calls = new();

    private static long lastId;

    static ManagedCallbacks() => Shim.shim_set_callbacks(&Forward, &Backward, &FreeFunction, &FreeBlob);

    /// <summary>Makes sure that libtorch has the callbacks.</summary>
    internal static void Install()
    {
    }

    /// <summary>Runs a function through libtorch, which records it where an input needs a gradient.</summary>
    internal static List<torch.Tensor> Apply(FunctionCall call)
    {
        var id = Interlocked.Increment(ref lastId);
        calls[id] = call;
        try
        {
            nint* outputs;
            var inputs = HandleList.Of(call.Inputs);
            int count;
            fixed (nint* pointer = inputs) count = Shim.CheckNonNegative(Shim.shim_apply(id, pointer, inputs.Length, &outputs));
            GC.KeepAlive(call);
            return HandleList.Take(outputs, count);
        }
        finally
        {
            call.ForwardDone();
        }
    }

    [UnmanagedCallersOnly]
    private static int Forward(long id, nint context, nint** outputs)
    {
        try
        {
            return Give(calls[id].Forward(context), outputs);
        }
        catch (Exception e)
        {
            return ManagedFailures.Put(e);
        }
    }

    [UnmanagedCallersOnly]
    private static int Backward(long id, nint context, nint* grads, int n, nint** inputs)
    {
        var gradients = new List<torch.Tensor>(n);
        for (var i = 0; i < n; i++) gradients.Add(grads[i] == 0 ? null! : new torch.Tensor(grads[i]));
        try
        {
            return Give(calls[id].Backward(context, gradients), inputs);
        }
        catch (Exception e)
        {
            return ManagedFailures.Put(e);
        }
    }

    [UnmanagedCallersOnly]
    private static void FreeFunction(long id)
    {
        if (calls.TryRemove(id, out var call)) call.Released();
    }

    [UnmanagedCallersOnly]
    private static void FreeBlob(long id) => GCHandle.FromIntPtr((nint)id).Free();

    // libtorch takes over references of its own; the managed tensors keep theirs.
    private static int Give(IReadOnlyList<torch.Tensor?> tensors, nint** target)
    {
        var handles = (nint*)Shim.shim_alloc(tensors.Count * sizeof(nint));
        for (var i = 0; i < tensors.Count; i++) handles[i] = 0;
        for (var i = 0; i < tensors.Count; i++)
        {
            if (tensors[i] is not { } tensor) continue;
            handles[i] = Shim.shim_retain(tensor.Handle);
            GC.KeepAlive(tensor);
        }

        *target = handles;
        return tensors.Count;
    }
}
