namespace GrpoAnalyzers.Runtime;

/// <summary>
/// Gradients that a backward returned. The graph holds its own references; these would wait for a finaliser, and a step's worth of gradients with them,
/// where no dispose scope of the caller takes them.
/// </summary>
internal sealed class HandedOut : IDisposable
{
    private readonly List<Tensor> gradients = [];

    /// <summary>Takes a gradient out of the current scope.</summary>
    internal Tensor Add(Tensor gradient)
    {
        gradients.Add(gradient.MoveToOuterDisposeScope());
        return gradient;
    }

    public void Dispose()
    {
        gradients.ForEach(gradient => gradient.Dispose());
        gradients.Clear();
    }
}
