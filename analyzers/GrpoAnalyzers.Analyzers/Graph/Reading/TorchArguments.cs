using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace GrpoAnalyzers.Graph.Reading;

/// <summary>The arguments of a TorchSharp call by the names of their parameters, with the receiver as first operand.</summary>
internal sealed class TorchArguments
{
    private static readonly HashSet<string> Options = new(StringComparer.Ordinal)
    {
        "dim", "dims", "dimensions", "dimension", "axis", "keepdim", "keepDim", "keep_dim", "unbiased", "type", "dtype", "device", "requires_grad", "names", "rounding_mode",
        "reduction", "generator", "disposeAfter", "copy", "non_blocking", "alpha", "p", "ord", "correction", "sparse_grad", "memory_format", "ignore_index",
        "label_smoothing", "log_target", "largest", "sorted", "stable", "descending", "start_dim", "end_dim", "output_size", "replacement", "num_samples",
    };

    private readonly List<(string Name, IOperation? Operation, Node Value, bool IsGiven)> all = [];

    public TorchArguments(IInvocationOperation call, Node? receiver, Node[] values)
    {
        Receiver = receiver;
        var ordered = call.Arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? 0).ToArray();
        for (var i = 0; i < ordered.Length && i < values.Length; i++)
        {
            all.Add((ordered[i].Parameter?.Name ?? "", ordered[i].Value, values[i], ordered[i].ArgumentKind != ArgumentKind.DefaultValue));
        }

        // Only what is computed with: dimensions, types and the like are read by name.
        var operands = new List<Node>();
        if (receiver is not null)
        {
            operands.Add(receiver);
        }

        foreach (var (name, _, value, isGiven) in all)
        {
            if (isGiven && !Options.Contains(name))
            {
                operands.Add(value);
            }
        }

        Operands = [.. operands];
    }

    public Node? Receiver { get; }

    /// <summary>The receiver, then the arguments that are given and are no options.</summary>
    public Node[] Operands { get; }

    public int Count => all.Count;

    public Node? this[params string[] names]
    {
        get
        {
            foreach (var (name, _, value, _) in all)
            {
                if (Array.IndexOf(names, name) >= 0)
                {
                    return value;
                }
            }

            return null;
        }
    }

    public IOperation? OperationOf(string name) => all.Find(argument => argument.Name == name).Operation;

    /// <summary>An argument that is given and is not null.</summary>
    public Node? Given(params string[] names)
    {
        foreach (var (name, _, value, isGiven) in all)
        {
            if (isGiven && Array.IndexOf(names, name) >= 0 && value is not { Op: Op.Constant, Data: null })
            {
                return value;
            }
        }

        return null;
    }

    public bool Flag(string name, bool otherwise = false) => this[name] is { } value && Constants.Of(value) is { Truth: { } truth } ? truth : otherwise;
}
