namespace GrpoAnalyzers.Runtime;

/// <summary>Adds gradients to those of a head's parameters, in place where these have the dtype of the math.</summary>
internal sealed class ParameterSink(LmHead head, ScalarType mathType) : IDisposable
{
    private readonly List<(Tensor Parameter, Tensor Sum)> buffers = [];

    /// <summary>Sums that are the parameters' own gradients, or buffers for them.</summary>
    internal HeadSums Sums(bool hidden, long rows) => new(
        hidden ? empty([rows, head.Width], mathType, head.Weight.device) : null,
        Of(head.Weight),
        head.Bias is null ? null : Of(head.Bias));

    /// <summary>Hands over what was added up in buffers.</summary>
    internal void Deliver()
    {
        using var grad = no_grad();
        foreach (var (parameter, sum) in buffers)
        {
            if (parameter.grad is { } present)
            {
                present.add_(sum);
            }
            else
            {
                parameter.grad = sum.to(parameter.dtype);
            }
        }
    }

    public void Dispose() => buffers.ForEach(b => b.Sum.Dispose());

    private Tensor? Of(Tensor parameter)
    {
        if (!parameter.requires_grad)
        {
            return null;
        }

        if (parameter.grad is { } present && present.dtype == mathType && !present.is_sparse)
        {
            return present;
        }

        var sum = zeros(parameter.shape, mathType, parameter.device);
        buffers.Add((parameter, sum));
        return sum;
    }
}
