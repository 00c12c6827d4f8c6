using System.Reflection;
using TorchSharp.Modules;

namespace GrpoAnalyzers.Runtime;

/// <summary>
/// The parameters of an optimiser and all it remembers of them, kept to be put back to the bit: moments, step counts, and that a buffer is not there
/// yet. For every optimiser of TorchSharp but LBFGS, and for others derived from <see cref="OptimizerHelper"/> whose state is public fields as theirs.
/// Costs a copy of all parameters and state: for AdamW three times the parameters.
/// </summary>
public sealed class OptimizerSnapshot : IDisposable
{
    private static readonly string[] FirstMoments = ["exp_avg", "momentum_buffer"];

    private readonly OptimizerHelper optimizer;
    private readonly Dictionary<Tensor, Tensor> parameters = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(OptimizerState Owner, FieldInfo Field), object?> states = [];

    /// <summary>Copies parameters and state.</summary>
    /// <param name="optimizer">The caller keeps it alive.</param>
    public OptimizerSnapshot(torch.optim.Optimizer optimizer)
    {
        this.optimizer = Check(optimizer);
        Take();
    }

    /// <summary>Copies parameters and state anew, into the same memory.</summary>
    public void Take()
    {
        // What is copied in place comes back as another handle, for the scope to dispose.
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var parameter in optimizer.parameters())
        {
            parameters[parameter] = Copy(parameters.GetValueOrDefault(parameter), parameter);
        }

        foreach (var (owner, field) in Fields())
        {
            var value = field.GetValue(owner);
            var kept = states.GetValueOrDefault((owner, field)) as Tensor;
            if (value is Tensor tensor)
            {
                states[(owner, field)] = Copy(kept, tensor);
            }
            else
            {
                kept?.Dispose();
                states[(owner, field)] = value;
            }
        }
    }

    /// <summary>Puts parameters and state back as they were when they were copied, to the bit. May be called again.</summary>
    public void Restore()
    {
        RestoreParameters();
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var (owner, field) in Fields())
        {
            if (!states.TryGetValue((owner, field), out var kept))
            {
                throw new InvalidOperationException("parameters were added to the optimizer since the snapshot was taken.");
            }

            var value = field.GetValue(owner) as Tensor;
            if (kept is Tensor tensor)
            {
                var restored = Copy(value, tensor);
                if (!ReferenceEquals(restored, value))
                {
                    field.SetValue(owner, restored);
                }
            }
            else
            {
                value?.Dispose();
                field.SetValue(owner, kept);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var kept in parameters.Values.Concat(states.Values.OfType<Tensor>()))
        {
            kept.Dispose();
        }

        parameters.Clear();
        states.Clear();
    }

    /// <summary>Checks that the optimiser is one whose state can be kept.</summary>
    internal static OptimizerHelper Check(torch.optim.Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (optimizer is not OptimizerHelper helper)
        {
            throw new ArgumentException($"the state of {optimizer.GetType().Name} cannot be read, so that no step of it could be taken back.", nameof(optimizer));
        }

        foreach (var (owner, field) in Fields(helper))
        {
            if (!field.FieldType.IsValueType && field.FieldType != typeof(Tensor))
            {
                throw new ArgumentException(
                    $"{owner.GetType().DeclaringType?.Name ?? owner.GetType().Name} keeps {field.Name}, a {field.FieldType.Name}; wanted numbers and tensors.", nameof(optimizer));
            }
        }

        return helper;
    }

    /// <summary>Puts the parameters back, not the state.</summary>
    internal void RestoreParameters()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var (parameter, kept) in parameters)
        {
            parameter.copy_(kept);
        }
    }

    /// <summary>Leaves this share of the way that the parameters have gone since the copy.</summary>
    internal void Shorten(double factor)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var (parameter, kept) in parameters)
        {
            parameter.sub_(kept).mul_(factor).add_(kept);
        }
    }

    /// <summary>Multiplies what is there of a first moment.</summary>
    internal void DampFirstMoment(double factor)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var (owner, field) in Fields())
        {
            if (FirstMoments.Contains(field.Name) && field.GetValue(owner) is Tensor moment)
            {
                moment.mul_(factor);
            }
        }
    }

    private static IEnumerable<(OptimizerState Owner, FieldInfo Field)> Fields(OptimizerHelper optimizer) =>
        from state in optimizer.state_dict().State
        from field in state.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance)
        where !field.IsInitOnly
        select (state, field);

    private IEnumerable<(OptimizerState Owner, FieldInfo Field)> Fields() => Fields(optimizer);

    /// <summary>The source's values in the target where there is one that fits, else in a tensor of their own that no scope disposes.</summary>
    private static Tensor Copy(Tensor? target, Tensor source)
    {
        if (target is { IsInvalid: false } && target.dtype == source.dtype && target.shape.AsSpan().SequenceEqual(source.shape))
        {
            target.copy_(source);
            return target;
        }

        target?.Dispose();
        return source.detach().clone().DetachFromDisposeScope();
    }
}
