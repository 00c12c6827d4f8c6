using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Operators;

/// <summary>
/// What the compared expressions are made of, by the letters they use. A tensor is made when it is first asked for; one of floats asks for
/// its gradient.
/// </summary>
public sealed class Inputs(IReadOnlyDictionary<string, Tensor> values)
{
    private readonly Dictionary<string, Tensor> leaves = [];

    public IEnumerable<KeyValuePair<string, Tensor>> Used => leaves;

    /// <summary>[2, 3, 4]</summary>
    public Tensor a => Leaf(nameof(a));

    /// <summary>[4], broadcast against a.</summary>
    public Tensor b => Leaf(nameof(b));

    /// <summary>Of a's shape.</summary>
    public Tensor c => Leaf(nameof(c));

    /// <summary>[2, 4, 3], for products with a.</summary>
    public Tensor d => Leaf(nameof(d));

    /// <summary>Of a's shape, between 0 and 1.</summary>
    public Tensor u => Leaf(nameof(u));

    /// <summary>Of a's shape, above 0.</summary>
    public Tensor w => Leaf(nameof(w));

    /// <summary>[3, 3]</summary>
    public Tensor m => Leaf(nameof(m));

    /// <summary>[3, 4]</summary>
    public Tensor n => Leaf(nameof(n));

    /// <summary>[3, 3], symmetric and positive definite.</summary>
    public Tensor p => Leaf(nameof(p));

    /// <summary>[3], ascending.</summary>
    public Tensor v => Leaf(nameof(v));

    /// <summary>A tensor without dimensions.</summary>
    public Tensor s => Leaf(nameof(s));

    /// <summary>int64 [2, 3, 2]: indices.</summary>
    public Tensor i => Leaf(nameof(i));

    /// <summary>int64 [3]: 2, 0, 1.</summary>
    public Tensor j => Leaf(nameof(j));

    /// <summary>bool of a's shape.</summary>
    public Tensor k => Leaf(nameof(k));

    private Tensor Leaf(string name)
    {
        if (leaves.TryGetValue(name, out var leaf)) return leaf;
        leaf = values[name].clone();
        if (leaf.is_floating_point()) leaf.requires_grad = true;
        return leaves[name] = leaf;
    }
}
