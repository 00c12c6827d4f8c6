namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>The number of tensors alive, after those that earlier tests left to a finaliser are gone.</summary>
internal static class TensorCount
{
    internal static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
