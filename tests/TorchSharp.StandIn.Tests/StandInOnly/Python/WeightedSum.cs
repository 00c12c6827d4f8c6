using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Python;

/// <summary>A sum in which every element counts for another amount, as answers.py forms it, so that no gradient is zero by symmetry.</summary>
internal static class WeightedSum
{
    public static Tensor? Of(IEnumerable<Tensor> tensors)
    {
        Tensor? total = null;
        foreach (var tensor in tensors.Where(tensor => tensor.requires_grad))
        {
            var real = tensor.is_complex() ? tensor.resolve_conj().view_as_real() : tensor;
            var sum = (real * arange(1, real.numel() + 1, dtype: ScalarType.Float64).cos().to(real.dtype).reshape(real.shape)).sum();
            total = total is null ? 0 + sum : total + sum;
        }

        return total;
    }
}
