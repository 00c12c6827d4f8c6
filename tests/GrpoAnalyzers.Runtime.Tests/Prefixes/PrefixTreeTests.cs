namespace GrpoAnalyzers.Runtime.Tests;

public class PrefixTreeTests
{
    /// <summary>
    /// By hand. Group 0: "0 1 2", "0 1 3 4", "0 1 2"; group 1: "0 1", "5". Nodes: 0, 01, 012, 013, 0134 and 0', 0'1', 5'. Contexts: the prompt, 0, 01, 013
    /// and the prompt', 0'. Shared in group 0: "0 1"; tails 1 + 2 + 1; group 1 shares nothing.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nodes_contexts_and_savings_are_those_of_the_tokens(bool packed)
    {
        using var scope = NewDisposeScope();
        long[][] rows = [[0, 1, 2], [0, 1, 3, 4], [0, 1, 2], [0, 1], [5]];
        var flat = packed ? rows.SelectMany(r => r).ToArray() : [.. rows.SelectMany(r => r.Concat(Enumerable.Repeat(9L, 4 - r.Length)))];
        var ids = packed ? tensor(flat) : tensor(flat, [5, 4]);
        using var tree = PrefixTree.Build(ids, ids.ne(9), Groups.ById(tensor(new long[] { 7, 7, 7, 3, 3 })), packed ? [0, 3, 7, 10, 12, 13] : null);

        Assert.Equal(new PrefixSavings(Trained: 13, Nodes: 8, Contexts: 6, Tokens: 13, Packed: 2 + 4 + 3), tree.Savings);
        Assert.Equal(6.0 / 13, tree.Savings.HeadRatio, 12);
        Assert.Equal(9.0 / 13, tree.Savings.BackboneRatio, 12);
        long[] nodes = [0, 1, 2, 0, 1, 3, 4, 0, 1, 2, 5, 6, 7];
        Assert.Equal(nodes, tree.NodeOf.masked_select(tree.NodeOf.ge(0)).data<long>().ToArray());
        Assert.Equal(8, tree.Evaluated().sum().ToInt64());
        Assert.Equal([0, 1, 2, 2, 3, 4, 5, 4], tree.ContextOf.data<long>().ToArray());
    }

    [Fact]
    public void A_token_outside_the_mask_is_context_and_no_node()
    {
        using var scope = NewDisposeScope();
        var ids = tensor(new long[] { 1, 2, 3, 1, 4, 3 }, [2, 3]);
        var mask = tensor(new[] { true, false, true, true, false, true }, [2, 3]);
        using var tree = PrefixTree.Build(ids, mask, 2);

        // the second tokens differ, so the third are not the same though they are equal
        Assert.Equal([0, -1, 1, 0, -1, 2], tree.NodeOf.reshape(-1).data<long>().ToArray());
        Assert.Equal(4, tree.Savings.Trained);
    }

    /// <summary>A causal attention on the packed row gives every completion's states as on rows of their own.</summary>
    [Theory]
    [InlineData(Layout.Padded)]
    [InlineData(Layout.Packed)]
    public void A_packed_backbone_computes_what_each_completion_would(Layout layout)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (embedding, position, query, key) = (
            randn(SharedTokens.Alphabet, 6, ScalarType.Float64), randn(5, 6, ScalarType.Float64), randn(6, 6, ScalarType.Float64), randn(6, 6, ScalarType.Float64));
        Tensor Attend(Tensor ids, Tensor places, Tensor visible)
        {
            var states = embedding.index_select(0, ids) + position.index_select(0, places);
            var scores = states.matmul(query).matmul(states.matmul(key).t());
            return scores.masked_fill(visible.logical_not(), double.NegativeInfinity).softmax(-1).matmul(states);
        }

        for (var seed = 0; seed < 6; seed++)
        {
            var tokens = new SharedTokens(layout, seed, 0.1, firstToken: 2);
            using var tree = tokens.Tree();
            using var plan = tree.Pack();
            Assert.Equal(tree.Savings.Packed, plan.Length);
            Assert.True(plan.Length <= tree.Savings.Tokens - 6);
            Assert.All(plan.Groups, g => Assert.True(g.Shared >= 1 && g.Tails.Count == 4));
            var packed = Attend(tokens.Ids.reshape(-1).index_select(0, plan.Source), plan.Positions, plan.AttentionMask()).index_select(0, plan.Unpack);
            var start = 0L;
            foreach (var row in tokens.Rows)
            {
                var own = Attend(
                    tensor(row.Select(id => (long)id).ToArray()), arange(row.Length, ScalarType.Int64), ones([row.Length, row.Length], ScalarType.Bool).tril());
                Close.To(Close.Numbers(own), packed.slice(0, start, start + row.Length, 1), 1e-12, "states");
                start += tokens.Fixture.Offsets is null ? tokens.Ids.shape[1] : row.Length;
            }
        }
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        var (ids, mask) = (zeros([2, 3], ScalarType.Int64), ones([2, 3], ScalarType.Bool));
        Assert.Throws<ArgumentException>("tokenIds", () => PrefixTree.Build(ids.to(ScalarType.Float32), mask, 2));
        Assert.Throws<ArgumentException>("tokenIds", () => PrefixTree.Build(ids[0], mask[0], 1));
        Assert.Throws<ArgumentException>("mask", () => PrefixTree.Build(ids, mask[0], 2));
        Assert.Throws<ArgumentException>("groups", () => PrefixTree.Build(ids, mask, 3));
        Assert.Throws<ArgumentException>("offsets", () => PrefixTree.Build(ids[0], mask[0], 2, [0, 2]));
    }
}
