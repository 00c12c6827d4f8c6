using System.Diagnostics.CodeAnalysis;

namespace TorchSharp;

/// <summary>The functions and types of PyTorch.</summary>
public static partial class torch
{
    /// <summary>
    /// A tensor of libtorch. It owns one reference to the native tensor: <see cref="Dispose()"/>, the dispose scope it was created in, or the
    /// finaliser gives it up. Views share memory and are tensors of their own.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private static long totalCount;
        private static long peakCount;

        private nint handle;

        /// <summary>Wraps a native tensor and takes over the reference that the caller owns.</summary>
        internal Tensor(nint handle)
        {
            this.handle = handle;
            OwningDisposeScope = DisposeScopeManager.Register(this);
            var count = Interlocked.Increment(ref totalCount);
            if (count > Volatile.Read(ref peakCount)) RaisePeak(count);
        }

        [SuppressMessage("Design", "CA1063", Justification = "TorchSharp's Tensor has the same shape.")]
        ~Tensor() => Dispose(false);

        /// <summary>How many tensors are alive in the process.</summary>
        public static long TotalCount => Interlocked.Read(ref totalCount);

        /// <summary>The most tensors that were ever alive at once.</summary>
        public static long PeakCount => Interlocked.Read(ref peakCount);

        /// <summary>The native tensor.</summary>
        public nint Handle => handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public bool IsInvalid => handle == 0;

        internal DisposeScope? OwningDisposeScope { get; set; }

        public static Tensor UnsafeCreateTensor(nint handle) => new(handle);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Gives up the native tensor without releasing it; the caller owns the reference now.</summary>
        public nint DecoupleFromNativeHandle()
        {
            var released = TakeHandle();
            LeaveScope();
            GC.SuppressFinalize(this);
            return released;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } scope) scope.MoveToOther(other, [this]);
            else other?.Attach(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        [Obsolete("Use DetachFromDisposeScope.")]
        public Tensor DetatchFromDisposeScope() => DetachFromDisposeScope();

        protected virtual void Dispose(bool disposing)
        {
            var released = TakeHandle();
            if (released == 0) return;
            if (disposing) LeaveScope();
            Shim.shim_release(released);
        }

        private static void RaisePeak(long count)
        {
            for (var peak = Volatile.Read(ref peakCount); count > peak; peak = Volatile.Read(ref peakCount))
            {
                if (Interlocked.CompareExchange(ref peakCount, count, peak) == peak) return;
            }
        }

        private nint TakeHandle()
        {
            var released = Interlocked.Exchange(ref handle, 0);
            if (released != 0) _ = Interlocked.Decrement(ref totalCount);
            return released;
        }

        private void LeaveScope()
        {
            if (OwningDisposeScope is { } scope) scope.MarkAsDisposed(this);
            else DisposeScopeManager.ThreadInstance.Counts.DisposedOutsideScope();
        }
    }
}
