using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp;

/// <summary>
/// An operator of libtorch, found once by its schema name ("aten::add.Tensor", "aten::exp") and called through the dispatcher. Names are
/// those of torch's native_functions; trailing arguments that are left out take the schema's defaults. A failing call throws
/// <see cref="ExternalException"/> with libtorch's message. Results own their references and belong to the current dispose scope.
/// </summary>
internal sealed unsafe class Op
{
    private const int MaxStackWords = 256;

    private const int MaxResults = 8;

    private static readonly ConcurrentDictionary<string, Op> cache = new(StringComparer.Ordinal);

    private readonly nint handle;

    private Op(string name)
    {
        var dot = name.IndexOf('.');
        var (plain, overload) = dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..]);
        fixed (byte* plainUtf8 = Encoding.UTF8.GetBytes(plain + "\0"), overloadUtf8 = Encoding.UTF8.GetBytes(overload + "\0"))
        {
            handle = Shim.CheckPointer(Shim.shim_op(plainUtf8, overloadUtf8));
        }
    }

    public static implicit operator Op(string name) => cache.TryGetValue(name, out var op) ? op : cache.GetOrAdd(name, static n => new Op(n));

    /// <summary>Calls an operator that returns one tensor.</summary>
    internal static torch.Tensor Call(Op op, params ReadOnlySpan<Arg> args)
    {
        var words = 0;
        foreach (ref readonly var arg in args) words += arg.Words;
        if (words > MaxStackWords) return CallLarge(op, args, words);

        var native = stackalloc NativeValue[args.Length];
        var scratch = stackalloc long[words];
        Write(args, native, scratch);
        var result = Shim.shim_call(op.handle, native, args.Length);
        KeepAlive(args);
        return new torch.Tensor(result != 0 ? result : throw Shim.Error());
    }

    /// <summary>Calls an operator for its effect, dropping what it returns: the in-place forms, which then return their receiver.</summary>
    internal static void Run(Op op, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc NativeValue[MaxResults];
        var count = Invoke(op, args, results);
        for (var i = 0; i < count; i++) Release(results[i]);
    }

    /// <summary>Runs an in-place operator on the first argument and returns that.</summary>
    internal static torch.Tensor InPlace(Op op, torch.Tensor self, params ReadOnlySpan<Arg> args)
    {
        var all = new Arg[args.Length + 1];
        all[0] = self;
        args.CopyTo(all.AsSpan(1));
        Run(op, all);
        return self;
    }

    internal static (torch.Tensor, torch.Tensor) Call2(Op op, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc NativeValue[MaxResults];
        _ = Invoke(op, args, results);
        return (results[0].TakeTensor()!, results[1].TakeTensor()!);
    }

    internal static (torch.Tensor, torch.Tensor, torch.Tensor) Call3(Op op, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc NativeValue[MaxResults];
        _ = Invoke(op, args, results);
        return (results[0].TakeTensor()!, results[1].TakeTensor()!, results[2].TakeTensor()!);
    }

    internal static (torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor) Call4(Op op, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc NativeValue[MaxResults];
        _ = Invoke(op, args, results);
        return (results[0].TakeTensor()!, results[1].TakeTensor()!, results[2].TakeTensor()!, results[3].TakeTensor()!);
    }

    /// <summary>Calls an operator that returns a list of tensors.</summary>
    internal static torch.Tensor[] CallList(Op op, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc NativeValue[MaxResults];
        _ = Invoke(op, args, results);
        return results[0].TakeTensors();
    }

    internal static bool CallBool(Op op, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc NativeValue[MaxResults];
        _ = Invoke(op, args, results);
        return results[0].Bool;
    }

    internal static long CallLong(Op op, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc NativeValue[MaxResults];
        _ = Invoke(op, args, results);
        return results[0].Bits;
    }

    internal static double CallDouble(Op op, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc NativeValue[MaxResults];
        _ = Invoke(op, args, results);
        return results[0].Double;
    }

    /// <summary>Calls an operator that returns a number, such as <c>aten::item</c>.</summary>
    internal static Scalar CallScalar(Op op, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc NativeValue[MaxResults];
        _ = Invoke(op, args, results);
        var value = results[0];
        switch (value.Kind)
        {
            case ValueKind.Int: return value.Bits;
            case ValueKind.Bool: return value.Bool;
            case ValueKind.Double: return value.Double;
            case ValueKind.Complex:
                var parts = (double*)value.Pointer;
                var complex = new System.Numerics.Complex(parts[0], parts[1]);
                Shim.shim_free(parts);
                return complex;
            default: throw new InvalidOperationException($"The operator returned {value.Kind}, not a number.");
        }
    }

    private static int Invoke(Op op, ReadOnlySpan<Arg> args, NativeValue* results)
    {
        var words = 0;
        foreach (ref readonly var arg in args) words += arg.Words;
        var native = stackalloc NativeValue[args.Length];
        var large = words > MaxStackWords ? (long*)NativeMemory.Alloc((nuint)words, sizeof(long)) : null;
        try
        {
            var small = stackalloc long[large is null ? words : 0];
            Write(args, native, large is null ? small : large);
            var count = Shim.shim_call_many(op.handle, native, args.Length, results, MaxResults);
            KeepAlive(args);
            return count >= 0 ? count : throw Shim.Error();
        }
        finally
        {
            NativeMemory.Free(large);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static torch.Tensor CallLarge(Op op, ReadOnlySpan<Arg> args, int words)
    {
        var native = stackalloc NativeValue[args.Length];
        var scratch = (long*)NativeMemory.Alloc((nuint)words, sizeof(long));
        try
        {
            Write(args, native, scratch);
            var result = Shim.shim_call(op.handle, native, args.Length);
            KeepAlive(args);
            return new torch.Tensor(result != 0 ? result : throw Shim.Error());
        }
        finally
        {
            NativeMemory.Free(scratch);
        }
    }

    private static void Write(ReadOnlySpan<Arg> args, NativeValue* native, long* scratch)
    {
        for (var i = 0; i < args.Length; i++) args[i].Write(native + i, ref scratch);
    }

    private static void KeepAlive(ReadOnlySpan<Arg> args)
    {
        foreach (ref readonly var arg in args) GC.KeepAlive(arg.Reference);
    }

    private static void Release(NativeValue value)
    {
        switch (value.Kind)
        {
            case ValueKind.Tensor when value.Bits != 0:
                Shim.shim_release((nint)value.Bits);
                break;
            case ValueKind.TensorList:
                foreach (var tensor in value.TakeTensors()) tensor.Dispose();
                break;
            case ValueKind.Complex:
                Shim.shim_free(value.Pointer);
                break;
        }
    }
}
