namespace GrpoAnalyzers.Runtime.Tests;

public class PrefixLossTests
{
    private static readonly GroupObjective[] Objectives =
    [
        GroupObjective.GrpoR1, GroupObjective.Dapo, GroupObjective.DrGrpo, GroupObjective.Cispo, GroupObjective.Gpg, GroupObjective.GrpoV32,
        GroupObjective.DrGrpo with { Name = "on-policy", Surrogate = new UnclippedSurrogate(Ratio.One) },
    ];

    public static TheoryData<string, Layout> All
    {
        get
        {
            var data = new TheoryData<string, Layout>();
            foreach (var objective in Objectives)
            {
                data.Add(objective.Name, Layout.Padded);
                data.Add(objective.Name, Layout.PaddedWide);
                data.Add(objective.Name, Layout.Packed);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Where_no_clip_is_active_it_is_the_plain_loss(string name, Layout layout)
    {
        using var scope = NewDisposeScope();
        var objective = Objectives.Single(o => o.Name == name);
        for (var seed = 0; seed < 4; seed++)
        {
            // ratios within 10 % of one
            var tokens = new SharedTokens(layout, seed, 0.18);
            using var tree = tokens.Tree();
            Assert.True(tree.Savings.Nodes < tree.Savings.Trained);
            var plain = tokens.Of(inputs => objective.Compute(inputs));
            var shared = tokens.Of(inputs => PrefixLoss.Compute(objective, tree, inputs));
            Close.To(plain.Loss, shared.Loss, 1e-12, "loss");
            Close.To(plain.Gradient, shared.Gradient, 1e-12, "gradient");
            Assert.Contains(plain.Gradient, g => Math.Abs(g) > 1e-3);
        }
    }

    /// <summary>Windows split the sum as they split that of the plain loss.</summary>
    [Fact]
    public void A_window_divides_by_its_own_denominator()
    {
        using var scope = NewDisposeScope();
        var tokens = new SharedTokens(Layout.Padded, 1, 0.1);
        using var tree = tokens.Tree();
        var window = new Window { Denominator = tensor(50.0), Replicas = 2 };
        var plain = tokens.Of(inputs => GroupObjective.Dapo.Compute(inputs, window));
        var shared = tokens.Of(inputs => PrefixLoss.Compute(GroupObjective.Dapo, tree, inputs, window));
        Close.To(plain.Loss, shared.Loss, 1e-12, "loss");
        Close.To(plain.Gradient, shared.Gradient, 1e-12, "gradient");
    }

    /// <summary>
    /// The first token is shared by each whole group and its ratio is beyond the clip: the plain loss keeps the completions of one sign and pushes it,
    /// with centred advantages and equal weights. On the tree nothing does: its gradient is not small but zero, in float32 too.
    /// </summary>
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_prefix_shared_by_the_group_gets_exactly_no_policy_gradient(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var objective = GroupObjective.DrGrpo with { Regulariser = Regulariser.None };
        foreach (var seed in Enumerable.Range(0, 20))
        {
            var tokens = new SharedTokens(Layout.Padded, seed, 3, firstToken: 1, type);
            using var tree = tokens.Tree();
            var live = tokens.LogProbs().detach().requires_grad_();
            var moved = tokens.Inputs with { LogProbs = live, OldLogProbs = tokens.Inputs.OldLogProbs! - 0.3 };
            objective.Compute(moved).Loss.backward();
            Assert.Contains(Close.Numbers(live.grad!.select(1, 0)), g => Math.Abs(g) > 1e-3);

            live.grad!.zero_();
            PrefixLoss.Compute(objective, tree, moved).Loss.backward();
            Assert.All(Close.Numbers(live.grad!.select(1, 0)), g => Assert.Equal(0, g));
            Assert.Contains(Close.Numbers(live.grad!), g => g != 0);

            // and such rows need not be evaluated at all
            using var rows = PrefixLoss.Rows(objective, tree, moved);
            Assert.False(rows.select(1, 0).any().ToBoolean());
        }
    }

    /// <summary>Two completions share a token; advantages 1 and -0.5, weights 1/2. By hand.</summary>
    [Theory]
    [InlineData(1.5, -0.225, 0.375, -0.3, 0)] // sum 0.25 > 0, beyond the clip: at 1.2 x 0.25, without gradient; the plain loss keeps the negative one
    [InlineData(0.5, -0.05, -0.25, -0.125, -0.125)] // below it the positive sum is not clipped; the plain loss drops the negative completion
    [InlineData(1.1, -0.275, -0.275, -0.275, -0.275)] // inside they agree
    public void A_node_is_clipped_by_the_sign_of_its_sum(double ratio, double plainLoss, double plainGradient, double loss, double gradient)
    {
        using var scope = NewDisposeScope();
        var logProbs = full([2, 1], -1.0, ScalarType.Float64).requires_grad_();
        var inputs = new LossInputs
        {
            LogProbs = logProbs,
            OldLogProbs = full([2, 1], -1.0 - Math.Log(ratio), ScalarType.Float64),
            Mask = ones([2, 1], ScalarType.Bool),
            Advantages = tensor(new[] { 1, -0.5 }),
        };
        var objective = GroupObjective.DrGrpo with { Regulariser = Regulariser.None };
        using var tree = PrefixTree.Build(zeros([2, 1], ScalarType.Int64), inputs.Mask, 2);
        var plain = objective.Compute(inputs).Loss;
        plain.backward();
        Close.To(plainLoss, plain, 1e-12, "plain loss");
        Close.To(plainGradient, logProbs.grad!.sum(), 1e-12, "plain gradient");
        logProbs.grad!.zero_();
        var result = PrefixLoss.Compute(objective, tree, inputs);
        result.Loss.backward();
        Close.To(loss, result.Loss, 1e-12, "loss");
        Close.To([gradient, 0], logProbs.grad!, 1e-12, "gradient");
    }

    [Fact]
    public void Log_probabilities_at_other_rows_are_not_read()
    {
        using var scope = NewDisposeScope();
        foreach (var objective in Objectives)
        {
            var tokens = new SharedTokens(Layout.Padded, 3, 0.8, firstToken: 0);
            using var tree = tokens.Tree();
            var needed = PrefixLoss.Rows(objective, tree, tokens.Inputs);
            var whole = tokens.Of(inputs => PrefixLoss.Compute(objective, tree, inputs));
            var holes = tokens.Of(inputs => PrefixLoss.Compute(objective, tree, inputs with { LogProbs = where(needed, inputs.LogProbs, zeros_like(inputs.LogProbs)) }));
            Close.To(whole.Loss, holes.Loss, objective.Regulariser == Regulariser.None ? 1e-12 : 0, objective.Name);
            Close.To(whole.Gradient, holes.Gradient, 1e-12, objective.Name);
            Assert.True(needed.sum().ToInt64() <= tree.Savings.Nodes);
        }
    }

    [Fact]
    public void What_is_of_the_whole_completion_is_refused()
    {
        using var scope = NewDisposeScope();
        var tokens = new SharedTokens(Layout.Padded, 3, 0.1);
        using var tree = tokens.Tree();
        Assert.Throws<ArgumentException>("objective", () => PrefixLoss.Compute(GroupObjective.Gspo, tree, tokens.Inputs));
        Assert.Throws<ArgumentException>("objective", () => PrefixLoss.Compute(GroupObjective.Gtpo, tree, tokens.Inputs));
        Assert.Throws<ArgumentException>("LogProbs", () => PrefixLoss.Compute(GroupObjective.Dapo, tree, tokens.Inputs with { LogProbs = zeros([1, 2]) }));
        Assert.Throws<ArgumentNullException>("tree", () => PrefixLoss.Compute(GroupObjective.Dapo, null!, tokens.Inputs));
    }

    [Fact]
    public void Nothing_is_left()
    {
        using var scope = NewDisposeScope();
        var tokens = new SharedTokens(Layout.Padded, 3, 0.1);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = TensorCount.Settled();
        using (var tree = tokens.Tree())
        {
            PrefixLoss.Compute(GroupObjective.GrpoR1, tree, tokens.Inputs).Dispose();
            PrefixLoss.Rows(GroupObjective.Dapo, tree, tokens.Inputs).Dispose();
            tree.Evaluated().Dispose();
            using var plan = tree.Pack();
            plan.AttentionMask().Dispose();
        }

        Assert.Equal(before, Tensor.TotalCount);
    }
}
