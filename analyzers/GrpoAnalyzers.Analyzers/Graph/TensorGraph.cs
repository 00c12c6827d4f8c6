namespace GrpoAnalyzers.Graph;

/// <summary>
/// The graph of one reading: makes nodes, numbers their values and brings them into canonical form, so that every spelling of a formula is
/// one shape.
/// </summary>
internal sealed class TensorGraph
{
    private readonly Dictionary<ValueKey, int> numbers = [];
    private readonly int maximum;
    private int next;

    /// <param name="maximum">How many nodes may be made; over it the reading is given up.</param>
    public TensorGraph(int maximum)
    {
        this.maximum = maximum;
        None = Number(Op.Constant, [], NoValue.Instance, Site.None, null);
    }

    /// <summary>Stands for an operand that is not there, such as the lower bound of a one-sided clamp.</summary>
    public Node None { get; }

    public int NodeCount { get; private set; }

    public bool IsExhausted => NodeCount > maximum;

    public Node Constant(object? value, Site site, Loop? loop = null)
    {
        var node = Number(Op.Constant, [], Constants.Normalise(value), site, loop);
        node.IsScalar = true;
        return node;
    }

    /// <summary>A value unlike any other, made from inputs in a way that is not known.</summary>
    public Node Fresh(Op op, Site site, Loop? loop, object? data, params Node[] inputs)
    {
        NodeCount++;
        return new Node(op, inputs, data, ++next, site, loop);
    }

    public Node Opaque(Site site, Loop? loop, params Node[] inputs) => Fresh(Op.Opaque, site, loop, null, inputs);

    /// <summary>The node of an operation, in canonical form.</summary>
    public Node Make(Op op, Site site, Loop? loop, object? data, params Node[] inputs)
    {
        var node = Canonical.Rewrite(this, op, site, loop, data, inputs) ?? Number(op, inputs, data, site, loop);
        return node;
    }

    public Node Make(Op op, Site site, Loop? loop, params Node[] inputs) => Make(op, site, loop, null, inputs);

    /// <summary>The node of an operation exactly as given.</summary>
    public Node Number(Op op, Node[] inputs, object? data, Site site, Loop? loop)
    {
        NodeCount++;
        var key = new ValueKey(op, data, inputs);
        if (!numbers.TryGetValue(key, out var number))
        {
            number = ++next;
            numbers.Add(key, number);
        }

        var node = new Node(op, inputs, data, number, site, loop) { IsScalar = ScalarResult(op, inputs) };
        return node;
    }

    private static bool ScalarResult(Op op, Node[] inputs)
    {
        if (op is Op.Item or Op.Count)
        {
            return true;
        }

        if (inputs.Length == 0 || op is Op.Contents or Op.Range or Op.Container or Op.Element or Op.Tuple or Op.Object or Op.Delegate or Op.Enumerator)
        {
            return false;
        }

        foreach (var input in inputs)
        {
            if (!input.IsScalar)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The absence of a value, as a constant of its own.</summary>
    public sealed class NoValue
    {
        public static readonly NoValue Instance = new();

        private NoValue()
        {
        }
    }

    private readonly struct ValueKey : IEquatable<ValueKey>
    {
        private readonly Op op;
        private readonly object? data;
        private readonly Node[] inputs;
        private readonly int hash;

        public ValueKey(Op op, object? data, Node[] inputs)
        {
            this.op = op;
            this.data = data;
            this.inputs = inputs;
            hash = ((int)op * 397) ^ (data?.GetHashCode() ?? 0);
            foreach (var input in inputs)
            {
                hash = (hash * 397) ^ input.Number;
            }
        }

        public bool Equals(ValueKey other)
        {
            if (op != other.op || inputs.Length != other.inputs.Length || !Equals(data, other.data))
            {
                return false;
            }

            for (var i = 0; i < inputs.Length; i++)
            {
                if (inputs[i].Number != other.inputs[i].Number)
                {
                    return false;
                }
            }

            return true;
        }

        public override bool Equals(object? obj) => obj is ValueKey other && Equals(other);

        public override int GetHashCode() => hash;
    }
}
