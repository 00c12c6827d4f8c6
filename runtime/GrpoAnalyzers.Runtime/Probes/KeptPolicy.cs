using TorchSharp.Modules;

namespace GrpoAnalyzers.Runtime;

/// <summary>Parameters and their gradients, put back to the bit when disposed; a gradient that was not there is not there again.</summary>
internal sealed class KeptPolicy : IDisposable
{
    private readonly List<(Parameter Parameter, Tensor Value, Tensor? Gradient)> kept = [];

    internal KeptPolicy(IEnumerable<Parameter> parameters)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var parameter in parameters)
        {
            using var gradient = parameter.grad;
            kept.Add((parameter, Copy(parameter), gradient is null ? null : Copy(gradient)));
        }
    }

    /// <summary>Puts the values back, not the gradients.</summary>
    internal void RestoreValues()
    {
        // What is copied in place comes back as another handle, for the scope to dispose.
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        kept.ForEach(k => k.Parameter.copy_(k.Value));
    }

    /// <summary>How far each parameter is from where it was, end to end in float64.</summary>
    internal Tensor Way()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        return cat([.. kept.Select(k => (k.Parameter.detach().to(ScalarType.Float64) - k.Value.to(ScalarType.Float64)).reshape(-1))], 0).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        RestoreValues();
        using var scope = NewDisposeScope();
        foreach (var (parameter, value, gradient) in kept)
        {
            // A gradient tensor that others hold is written to, not replaced.
            using var now = parameter.grad;
            if (gradient is null || now is null)
            {
                parameter.grad = gradient;
            }
            else
            {
                now.copy_(gradient);
            }

            value.Dispose();
            gradient?.Dispose();
        }

        kept.Clear();
    }

    private static Tensor Copy(Tensor source) => source.detach().clone().DetachFromDisposeScope();
}
