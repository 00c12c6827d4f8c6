using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;

namespace TorchSharp;

/// <summary>
/// Exceptions of managed code that libtorch called. They must not cross native frames: the callback leaves them here under a number, the
/// shim throws a C++ exception that carries the number, and the managed caller takes the exception out again.
/// </summary>
internal static class ManagedFailures
{
    private const string Prefix = "\u0001managed exception ";

    private static readonly ConcurrentDictionary<int, ExceptionDispatchInfo> pending = new();

    private static int count;

    /// <summary>Keeps an exception; the result is what the callback returns.</summary>
    internal static int Put(Exception exception)
    {
        var number = Interlocked.Increment(ref count) & int.MaxValue;
        if (number == 0) number = Interlocked.Increment(ref count) & int.MaxValue;
        pending[number] = ExceptionDispatchInfo.Capture(exception);
        return -number;
    }

    /// <summary>The kept exception that a native error message stands for, with its original stack trace, or null.</summary>
    internal static Exception? Take(string message)
    {
        if (!message.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var number = int.Parse(message.AsSpan(Prefix.Length), CultureInfo.InvariantCulture);
        if (pending.TryRemove(number, out var failure)) failure.Throw();
        return null;
    }
}
