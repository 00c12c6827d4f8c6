namespace GrpoAnalyzers.Runtime;

/// <summary>The gradients of a numerator, computed together with it. They are scaled in place and handed out once.</summary>
internal sealed class SavedGradients(Tensor value, HeadSums sums, HeadRows rows, long[] shape, LmHead head) : IRetained
{
    private readonly HandedOut handedOut = new();
    private bool taken;

    internal Tensor Value => value;

    public void MoveToOuterDisposeScope()
    {
        sums.MoveToOuterDisposeScope();
        rows.Index?.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Release();
        handedOut.Dispose();
    }

    /// <summary>
    /// One gradient for each of hidden states, weight and bias (where there is one), and none for this object. A second backward would need what the
    /// first one scaled: it gets NaN, which nobody overlooks, since an exception in a backward ends the process.
    /// </summary>
    internal List<Tensor> Take(Tensor upstream)
    {
        var type = head.Weight.dtype;
        List<Tensor> gradients = [Hidden()!, Of(sums.Weight, head.Weight)!];
        if (head.Bias is { } bias)
        {
            gradients.Add(Of(sums.Bias, bias)!);
        }

        gradients.Add(null!);
        Release();
        return gradients;

        Tensor? Hidden()
        {
            if (sums.Hidden is not { } hidden)
            {
                return null;
            }

            return handedOut.Add(taken ? full(shape, double.NaN, type, upstream.device) : rows.Spread(hidden.mul_(upstream), shape, type));
        }

        Tensor? Of(Tensor? sum, Tensor parameter)
        {
            if (sum is null)
            {
                return null;
            }

            return handedOut.Add(taken ? full_like(parameter, double.NaN) : sum.mul_(upstream).to(type));
        }
    }

    private void Release()
    {
        taken = true;
        sums.Dispose();
        rows.Index?.Dispose();
    }
}
