namespace GrpoAnalyzers.Runtime;

/// <summary>
/// The stop-gradient of the formulas. A finite difference of a loss is its gradient only while the detached values are held fixed:
/// <see cref="Recording"/> keeps them, so that a check can evaluate the loss elsewhere with the values of the first point.
/// </summary>
internal static class StopGradient
{
    [ThreadStatic]
    private static Recording? current;

    internal static Tensor Of(Tensor value) => current is null ? value.detach() : current.Next(value);

    internal static Recording Record() => current = new Recording();

    internal sealed class Recording : IDisposable
    {
        private readonly List<Tensor> values = [];
        private int next;
        private bool replaying;

        /// <summary>From here on the recorded values are given out again, in their order.</summary>
        internal void Rewind() => (replaying, next) = (true, 0);

        internal Tensor Next(Tensor value)
        {
            if (replaying)
            {
                return values[next++];
            }

            var kept = value.detach().clone().DetachFromDisposeScope();
            values.Add(kept);
            return kept;
        }

        public void Dispose()
        {
            values.ForEach(v => v.Dispose());
            current = null;
        }
    }
}
