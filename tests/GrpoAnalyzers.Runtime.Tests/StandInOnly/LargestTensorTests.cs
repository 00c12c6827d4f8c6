namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>No tensor is larger than a chunk's logits: the size of every block of memory that a tensor gets is looked at, in each mode.</summary>
public class LargestTensorTests
{
    private const int Completions = 8, Length = 12, Tokens = Completions * Length, Vocabulary = 4096, Width = 4, Chunk = 8;
    private const long ChunkBytes = 4L * Chunk * Vocabulary;

    // One byte a logit: also a mask over all logits would be seen.
    private const long AnyTensorOfAllLogits = (long)Tokens * Vocabulary;

    private static readonly GroupObjective TopEntropy = GroupObjective.Dapo with
    {
        Weighting = GroupObjective.Dapo.Weighting with { Tokens = new TopEntropyWeight(0.2) },
    };

    private static readonly Dictionary<string, Action<Batch>> Modes = new()
    {
        ["autograd"] = b => Compute(GroupObjective.DrGrpo, b),
        ["autograd, entropies"] = b => Compute(GroupObjective.DrGrpo, b, entropy: true),
        ["autograd, no metrics"] = b => Compute(GroupObjective.DrGrpo, b, metrics: false),
        ["sink"] = b => Sink(GroupObjective.DrGrpo, b),
        ["sink, entropies"] = b => Sink(GroupObjective.DrGrpo, b, entropy: true),
        ["frozen head"] = b => Compute(GroupObjective.DrGrpo, b with { Frozen = true }),
        ["frozen head, sink"] = b => Sink(GroupObjective.DrGrpo, b with { Frozen = true }),
        ["frozen head, sequence ratios"] = b => Compute(GroupObjective.Gspo, b with { Frozen = true }),
        ["sequence ratios"] = b => Compute(GroupObjective.Gspo, b),
        ["sequence ratios, sink"] = b => Sink(GroupObjective.Gspo, b),
        ["top entropy"] = b => Compute(TopEntropy, b),
        ["top entropy, sink"] = b => Sink(TopEntropy, b),
        ["log-probabilities"] = LogProbs,
        ["log-probabilities, frozen head"] = b => LogProbs(b with { Frozen = true }),
        ["log-probabilities, no graph"] = b =>
        {
            using var grad = no_grad();
            using var tokens = FusedLogProbs.Compute(b.Hidden, b.Head, b.Inputs.Targets, b.Inputs.Mask, Options(entropy: true));
        },
        ["shared prefixes"] = SharedPrefixes,
        ["shared prefixes, frozen head"] = b => SharedPrefixes(b with { Frozen = true }),
    };

    public static TheoryData<string, ScalarType, bool> All
    {
        get
        {
            var data = new TheoryData<string, ScalarType, bool>();
            foreach (var mode in Modes.Keys)
            {
                data.Add(mode, ScalarType.Float32, false);
                data.Add(mode, ScalarType.Float32, true);
                data.Add(mode, ScalarType.BFloat16, true);
                data.Add(mode, ScalarType.Float16, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_tensor_is_larger_than_the_logits_of_a_chunk(string mode, ScalarType type, bool capped)
    {
        using var scope = NewDisposeScope();
        var batch = Batch.Of(type, capped);
        using var watch = new Watch();
        Modes[mode](batch);

        // The buffer of a chunk is float32 whatever the head is. Products in bfloat16 have a workspace of about that size besides.
        Assert.InRange(Watch.LargestBlock, ChunkBytes, type == ScalarType.BFloat16 ? ChunkBytes * 5 / 4 : ChunkBytes);
    }

    [Fact]
    public void What_has_a_value_for_each_logit_of_all_tokens_would_be_seen()
    {
        Assert.True(ChunkBytes < AnyTensorOfAllLogits);
        using var scope = NewDisposeScope();
        var batch = Batch.Of(ScalarType.Float32, capped: false);
        var weight = batch.Head.Weight;
        using (var watch = new Watch())
        {
            var logits = batch.Hidden.matmul(weight.t());
            logits.log_softmax(-1).gather(-1, batch.Inputs.Targets.unsqueeze(-1)).sum().backward();
            Assert.Equal(4 * AnyTensorOfAllLogits, Watch.LargestBlock);
        }

        using (var watch = new Watch())
        {
            zeros([Tokens, Vocabulary], ScalarType.Bool).Dispose();
            Assert.Equal(AnyTensorOfAllLogits, Watch.LargestBlock);
        }

        // In a backward, and freed before anybody asks.
        var (all, single) = (zeros([Tokens, Vocabulary]), zeros([1]).requires_grad_());
        var loss = (single * all).sum();
        using (var watch = new Watch())
        {
            loss.backward();
            Assert.Equal(4 * AnyTensorOfAllLogits, Watch.LargestBlock);
        }
    }

    private static FusedOptions Options(bool entropy = false, bool metrics = true) => new() { ChunkRows = Chunk, Entropy = entropy, Metrics = metrics };

    private static void Compute(GroupObjective objective, Batch batch, bool entropy = false, bool metrics = true)
    {
        using var result = FusedLoss.Compute(objective, batch.Hidden, batch.Head, batch.Inputs, options: Options(entropy, metrics));
        result.Loss.backward();
    }

    private static void Sink(GroupObjective objective, Batch batch, bool entropy = false) =>
        FusedLoss.Backward(objective, batch.Hidden, batch.Head, batch.Inputs, options: Options(entropy)).Dispose();

    private static void LogProbs(Batch batch)
    {
        using var tokens = FusedLogProbs.Compute(batch.Hidden, batch.Head, batch.Inputs.Targets, batch.Inputs.Mask, Options(entropy: true));
        tokens.LogProbs.sum().backward();
    }

    private static void SharedPrefixes(Batch batch)
    {
        var inputs = batch.Inputs;
        using var tree = PrefixTree.Build(inputs.Targets, inputs.Mask, Completions);
        Assert.True(tree.Savings.Nodes < tree.Savings.Trained);
        var plain = inputs.With(inputs.OldLogProbs!);
        using var tokens = FusedLogProbs.Compute(batch.Hidden, batch.Head, inputs.Targets, PrefixLoss.Rows(GroupObjective.DrGrpo, tree, plain), Options());
        using var result = PrefixLoss.Compute(GroupObjective.DrGrpo, tree, plain with { LogProbs = tokens.LogProbs });
        result.Loss.backward();
    }

    private sealed record Batch
    {
        internal required Tensor Hidden { get; init; }

        internal required LmHead Head { get; init; }

        internal required FusedInputs Inputs { get; init; }

        internal bool Frozen
        {
            init => Head = value ? Head with { Weight = Head.Weight.detach(), Bias = Head.Bias?.detach() } : Head;
        }

        internal static Batch Of(ScalarType type, bool capped)
        {
            manual_seed(1);
            var targets = randint(0, Vocabulary, [Completions, Length], ScalarType.Int64);
            targets.narrow(1, 0, 2).copy_(targets.narrow(0, 0, 1).narrow(1, 0, 2)); // all begin alike
            return new Batch
            {
                Hidden = randn([Completions, Length, Width]).to(type).requires_grad_(),
                Head = new LmHead(randn([Vocabulary, Width]).to(type).requires_grad_())
                {
                    Bias = capped ? randn([Vocabulary]).to(type).requires_grad_() : null,
                    SoftCap = capped ? 20 : null,
                    Temperature = 0.9,
                },
                Inputs = new FusedInputs
                {
                    Targets = targets,
                    Mask = arange(Length, ScalarType.Int64).unsqueeze(0).lt(tensor(new long[] { 12, 12, 12, 12, 12, 11, 10, 9 }).unsqueeze(1)),
                    OldLogProbs = full([Completions, Length], -Math.Log(Vocabulary)),
                    Advantages = tensor(new[] { 1f, -0.5f, 0.3f, 0.7f, -1, 0.2f, -0.4f, 0.6f }),
                    Groups = Completions,
                },
            };
        }
    }
}
