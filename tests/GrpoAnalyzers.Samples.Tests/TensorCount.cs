using TorchSharp;

namespace GrpoAnalyzers.Samples.Tests;

/// <summary>The number of live tensors is the process's: tests that make tensors run one after the other.</summary>
[CollectionDefinition(nameof(TensorCount), DisableParallelization = true)]
public sealed class TensorCount : ICollectionFixture<TensorCount>
{
    public TensorCount() => torch.set_num_threads(1); // as the samples do

    /// <summary>Tensors alive after what nobody refers to any more has been finalised.</summary>
    public static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return torch.Tensor.TotalCount;
    }
}
