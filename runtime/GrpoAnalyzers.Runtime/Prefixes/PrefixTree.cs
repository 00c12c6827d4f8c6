namespace GrpoAnalyzers.Runtime;

/// <summary>
/// The completions of each group as a tree of their tokens: two positions are the same node where the group, all tokens before them and their own token
/// are equal. A policy computes the same there, whichever completion it is asked for. Built on the host (token ids, mask and groups are read once);
/// of each node the first position in the batch stands for all.
/// <para>
/// All of a completion's tokens are context, those outside the mask too (what a tool answered); padded completions end with their last token under the
/// mask. Completions of a group must answer the same prompt, or begin with it.
/// </para>
/// </summary>
public sealed class PrefixTree : IDisposable
{
    private readonly int[][] paths;
    private readonly int[] completionGroups;
    private readonly long[] starts;
    private readonly long[] representatives;
    private readonly long[] shape;
    private readonly long positions;
    private readonly Device device;

    private PrefixTree(Builder built, long[] shape, Device device)
    {
        (paths, completionGroups, starts, this.shape, this.device) = (built.Paths, built.Groups, built.Starts, shape, device);
        positions = shape.Aggregate(1L, (a, b) => a * b);
        var nodeOf = new long[positions];
        var trained = built.Mask;
        var number = new Dictionary<int, int>();
        var first = new List<long>();
        var contexts = new Dictionary<(int Group, int Node), int>();
        var contextOf = new List<long>();
        Array.Fill(nodeOf, -1);
        for (var i = 0; i < paths.Length; i++)
        {
            for (var t = 0; t < paths[i].Length; t++)
            {
                var place = starts[i] + t;
                if (!trained[place])
                {
                    continue;
                }

                if (!number.TryGetValue(paths[i][t], out var node))
                {
                    number[paths[i][t]] = node = first.Count;
                    first.Add(place);
                    var context = (completionGroups[i], t == 0 ? -1 : paths[i][t - 1]);
                    contexts.TryAdd(context, contexts.Count);
                    contextOf.Add(contexts[context]);
                }

                nodeOf[place] = node;
            }
        }

        representatives = [.. first];
        NodeOf = tensor(nodeOf, shape, device: device).DetachFromDisposeScope();
        Representatives = tensor(representatives, device: device).DetachFromDisposeScope();
        ContextOf = tensor(contextOf.ToArray(), device: device).DetachFromDisposeScope();
        var packed = built.NodeCount == 0 ? 0 : PackedLength();
        Savings = new PrefixSavings(trained.Count(m => m), first.Count, contexts.Count, paths.Sum(p => (long)p.Length), packed);
    }

    /// <summary>For each position the number of its node, -1 where it is not trained; int64, shaped as the tokens.</summary>
    public Tensor NodeOf { get; }

    /// <summary>For each node U the first of its positions in the flattened batch, int64 <c>[U]</c>.</summary>
    public Tensor Representatives { get; }

    /// <summary>For each node the number of its context, int64 <c>[U]</c>: nodes of one context need one row of the head.</summary>
    public Tensor ContextOf { get; }

    /// <summary>What the tree saves.</summary>
    public PrefixSavings Savings { get; }

    /// <summary>The tree of a batch.</summary>
    /// <param name="tokenIds">Ids of the completions' tokens, integer, padded <c>[B, T]</c> or packed <c>[N]</c>.</param>
    /// <param name="mask">True on the tokens that are trained; bool, shaped as the ids.</param>
    /// <param name="groups">Which completions answer the same prompt.</param>
    /// <param name="offsets">Packed batches only: B + 1 ascending token offsets, from 0 to N.</param>
    public static PrefixTree Build(Tensor tokenIds, Tensor mask, Groups groups, IReadOnlyList<long>? offsets = null)
    {
        Require.Integral(tokenIds, nameof(tokenIds));
        Require.Boolean(mask, nameof(mask));
        ArgumentNullException.ThrowIfNull(groups);
        var wanted = offsets is null ? 2 : 1;
        if (tokenIds.dim() != wanted || tokenIds.numel() == 0)
        {
            throw new ArgumentException(
                $"wanted {(wanted == 2 ? "[B, T] (or [N] together with offsets)" : "[N], since offsets are given")} with at least one token, " +
                $"found {Require.Show(tokenIds.shape)}.",
                nameof(tokenIds));
        }

        Require.Shape(mask, nameof(mask), tokenIds.shape);
        Require.SameDevice(mask, nameof(mask), tokenIds);
        TokenBatch.CheckOffsets(offsets, tokenIds.shape[0], nameof(offsets));
        using var scope = NewDisposeScope();
        var count = offsets is null ? tokenIds.shape[0] : offsets.Count - 1;
        var groupOf = groups.Resolve(count, tokenIds, nameof(groups)).Of;
        var built = new Builder(
            tokenIds.to(ScalarType.Int64).cpu().reshape(-1).data<long>().ToArray(),
            mask.cpu().reshape(-1).data<bool>().ToArray(),
            [.. groupOf.cpu().data<long>().ToArray().Select(g => (int)g)],
            offsets,
            offsets is null ? tokenIds.shape[1] : 0);
        return new PrefixTree(built, tokenIds.shape, tokenIds.device);
    }

    /// <summary>bool, shaped as the tokens: true on one position of each node. The mask for a head that is to evaluate each node once.</summary>
    public Tensor Evaluated()
    {
        using var scope = NewDisposeScope();
        var flat = zeros([positions], ScalarType.Bool, device);
        return flat.index_fill(0, Representatives, true).reshape(shape).MoveToOuterDisposeScope();
    }

    /// <summary>The plan to run a backbone on each group's common beginning once.</summary>
    public PackingPlan Pack()
    {
        var (source, place, segment, groupOf) = (new List<long>(), new List<long>(), new List<long>(), new List<long>());
        var unpack = new long[positions];
        var groups = new List<PackedGroup>();
        foreach (var members in Members())
        {
            var shared = SharedBy(members);
            var start = source.Count;
            for (var t = 0; t < shared; t++)
            {
                Add(members[0], t, 0);
            }

            for (var tail = 0; tail < members.Length; tail++)
            {
                var completion = members[tail];
                for (var t = 0; t < shared; t++)
                {
                    unpack[starts[completion] + t] = start + t;
                }

                for (var t = shared; t < paths[completion].Length; t++)
                {
                    unpack[starts[completion] + t] = source.Count;
                    Add(completion, t, tail + 1);
                }
            }

            groups.Add(new PackedGroup(members, start, shared, [.. members.Select(m => (long)paths[m].Length - shared)]));
        }

        return new PackingPlan(groups, [.. source], [.. place], [.. segment], [.. groupOf], unpack, device);

        void Add(int completion, int t, int part)
        {
            source.Add(starts[completion] + t);
            place.Add(t);
            segment.Add(part);
            groupOf.Add(completionGroups[completion]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NodeOf.Dispose();
        Representatives.Dispose();
        ContextOf.Dispose();
    }

    /// <summary>For each position the flat position that stands for it; itself where it is not trained.</summary>
    internal Tensor Standing()
    {
        using var scope = NewDisposeScope();
        var nodes = NodeOf.reshape(-1);
        var own = arange(positions, ScalarType.Int64, device);
        return where(nodes.lt(0), own, Representatives.index_select(0, nodes.clamp_min(0))).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The trained tokens that all completions of a group of two and more begin with: bool, shaped as the tokens, and for each group its places, completion
    /// after completion.
    /// </summary>
    internal (Tensor Shared, IReadOnlyList<(int Group, long[] Positions, int Tokens)> Groups) SharedByGroups()
    {
        using var scope = NewDisposeScope();
        var nodes = NodeOf.cpu().reshape(-1).data<long>().ToArray();
        var groups = new List<(int, long[], int)>();
        var flags = new bool[positions];
        foreach (var members in Members().Where(m => m.Length > 1))
        {
            var shared = SharedBy(members);
            var tokens = Enumerable.Range(0, shared).Where(t => members.All(m => nodes[starts[m] + t] >= 0)).ToArray();
            if (tokens.Length == 0)
            {
                continue;
            }

            long[] places = [.. members.SelectMany(m => tokens.Select(t => starts[m] + t))];
            Array.ForEach(places, place => flags[place] = true);
            groups.Add((completionGroups[members[0]], places, tokens.Length));
        }

        return (tensor(flags, shape, device: device).MoveToOuterDisposeScope(), groups);
    }

    internal void CheckShape(Tensor tokens, string name)
    {
        Require.Shape(tokens, name, shape);
        Require.SameDevice(tokens, name, NodeOf);
    }

    private IEnumerable<int[]> Members() => Enumerable.Range(0, paths.Length).GroupBy(i => completionGroups[i]).Select(g => g.ToArray());

    private int SharedBy(int[] members)
    {
        var shared = members.Min(m => paths[m].Length);
        for (var t = 0; t < shared; t++)
        {
            if (members.Any(m => paths[m][t] != paths[members[0]][t]))
            {
                return t;
            }
        }

        return shared;
    }

    private long PackedLength() => Members().Sum(members =>
    {
        var shared = SharedBy(members);
        return shared + members.Sum(m => (long)paths[m].Length - shared);
    });

    /// <summary>Numbers the nodes: for each completion the node of each of its tokens.</summary>
    private sealed class Builder
    {
        private readonly Dictionary<(int Parent, long Token), int> children = [];

        internal Builder(long[] ids, bool[] mask, int[] groups, IReadOnlyList<long>? offsets, long width)
        {
            (Mask, Groups) = (mask, groups);
            Paths = new int[groups.Length][];
            Starts = new long[groups.Length];
            for (var i = 0; i < groups.Length; i++)
            {
                Starts[i] = offsets?[i] ?? i * width;
                var length = (int)(offsets is null ? width : offsets[i + 1] - offsets[i]);
                while (offsets is null && length > 0 && !mask[Starts[i] + length - 1])
                {
                    length--;
                }

                // Roots are numbered from -1 down, one a group, so that groups never share a node.
                var parent = -1 - groups[i];
                Paths[i] = new int[length];
                for (var t = 0; t < length; t++)
                {
                    var key = (parent, ids[Starts[i] + t]);
                    if (!children.TryGetValue(key, out var node))
                    {
                        children[key] = node = children.Count;
                    }

                    Paths[i][t] = parent = node;
                }
            }
        }

        internal bool[] Mask { get; }

        internal int[] Groups { get; }

        internal int[][] Paths { get; }

        internal long[] Starts { get; }

        internal int NodeCount => children.Count;
    }
}
