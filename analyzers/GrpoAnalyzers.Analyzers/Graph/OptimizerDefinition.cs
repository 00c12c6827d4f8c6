namespace GrpoAnalyzers.Graph;

/// <summary>How an optimiser was made: its kind and the arguments by the names of its parameters.</summary>
internal sealed class OptimizerDefinition(string kind, IReadOnlyDictionary<string, Node> arguments)
{
    /// <summary>The name of the factory or class: <c>Adam</c>, <c>AdamW</c>, <c>SGD</c> …</summary>
    public string Kind { get; } = kind;

    public IReadOnlyDictionary<string, Node> Arguments { get; } = arguments;

    public Node? this[string name] => Arguments.TryGetValue(name, out var value) ? value : null;
}
