namespace TorchSharp;

/// <summary>What the dispose scopes of one thread have seen.</summary>
public class ThreadDisposeScopeStatistics
{
    public LifetimeStatistics TensorStatistics { get; } = new();

    public long CreatedOutsideScopeCount => TensorStatistics.CreatedOutsideScopeCount;

    public long DisposedOutsideScopeCount => TensorStatistics.DisposedOutsideScopeCount;

    public long CreatedInScopeCount => TensorStatistics.CreatedInScopeCount;

    public long DisposedInScopeCount => TensorStatistics.DisposedInScopeCount;

    public long AttachedToScopeCount => TensorStatistics.AttachedToScopeCount;

    public long DetachedFromScopeCount => TensorStatistics.DetachedFromScopeCount;

    public long ThreadTotalLiveCount => TensorStatistics.ThreadTotalLiveCount;

    public void Reset() => TensorStatistics.Reset();

    public override string ToString() => TensorStatistics.ToString();

    internal void Created(bool inScope)
    {
        if (inScope) TensorStatistics.CreatedInScopeCount++;
        else TensorStatistics.CreatedOutsideScopeCount++;
    }

    internal void DisposedInScope() => TensorStatistics.DisposedInScopeCount++;

    internal void DisposedOutsideScope() => TensorStatistics.DisposedOutsideScopeCount++;

    internal void Attached() => TensorStatistics.AttachedToScopeCount++;

    internal void Detached() => TensorStatistics.DetachedFromScopeCount++;
}
