namespace GrpoAnalyzers.Runtime;

/// <summary>
/// <see cref="LossInputs"/> after the checks: tensors in the math dtype, zero outside the mask, constants detached. What surrogates, weights,
/// corrections and regularisers read. Token tensors have the shape of the inputs; an absent input throws and names itself.
/// </summary>
public sealed class TokenBatch
{
    /// <summary>Log-ratios beyond this are not exponentiated: exp(20) is far outside any clip and still finite in every dtype used.</summary>
    internal const double LogRatioBound = 20;

    private readonly LossInputs inputs;
    private readonly bool values;
    private readonly Dictionary<string, Tensor> prepared = [];
    private GroupIndex? groups;

    private TokenBatch(LossInputs inputs, SequenceLayout layout, bool values) => (this.inputs, Layout, this.values) = (inputs, layout, values);

    /// <summary>Checks the inputs and prepares what is always needed.</summary>
    /// <param name="inputs">The user's tensors.</param>
    /// <exception cref="ArgumentException">An input is absent, or has a shape, dtype, device or value that it may not have.</exception>
    public static TokenBatch From(LossInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var logProbs = Require.Floating(inputs.LogProbs, nameof(LossInputs.LogProbs));
        var mask = Require.Boolean(inputs.Mask, nameof(LossInputs.Mask));
        var wanted = inputs.Offsets is null ? 2 : 1;
        if (logProbs.dim() != wanted)
        {
            throw new ArgumentException(
                $"wanted {(wanted == 2 ? "shape [B, T] (or [N] together with Offsets)" : "shape [N], since Offsets are given")}, " +
                $"found {Require.Show(logProbs.shape)}.",
                nameof(LossInputs.LogProbs));
        }

        if (logProbs.numel() == 0)
        {
            throw new ArgumentException($"wanted at least one token, found shape {Require.Show(logProbs.shape)}.", nameof(LossInputs.LogProbs));
        }

        Require.Shape(mask, nameof(LossInputs.Mask), logProbs.shape);
        Require.SameDevice(mask, nameof(LossInputs.Mask), logProbs);
        CheckOffsets(inputs.Offsets, logProbs.shape[0], nameof(LossInputs.Offsets));

        var mathType = Require.MathType(logProbs.dtype);
        SequenceLayout layout = inputs.Offsets is null ? new PaddedLayout(mask, mathType) : new PackedLayout(mask, inputs.Offsets, mathType);
        var batch = new TokenBatch(inputs, layout, Require.Values(inputs.Validate, logProbs));
        if (batch.values && inputs.EmptyCompletions == EmptyCompletions.Throw && layout.Lengths.eq(0).any().ToBoolean())
        {
            throw new ArgumentException(
                $"a completion has no token under the mask; set {nameof(LossInputs.EmptyCompletions)} to say what that means.",
                nameof(LossInputs.Mask));
        }

        if (batch.values)
        {
            _ = batch.LogProbs;
        }

        return batch;
    }

    /// <summary>Where the tokens of a completion lie.</summary>
    public SequenceLayout Layout { get; }

    /// <summary>Log-probabilities of the policy, with their graph.</summary>
    public Tensor LogProbs => Tokens(inputs.LogProbs, nameof(LossInputs.LogProbs), "log-probabilities of the policy", constant: false);

    /// <summary>Log-probabilities of the policy that sampled.</summary>
    public Tensor OldLogProbs => Tokens(inputs.OldLogProbs, nameof(LossInputs.OldLogProbs), "log-probabilities of the policy that sampled");

    /// <summary>Log-probabilities of the reference policy.</summary>
    public Tensor ReferenceLogProbs =>
        Tokens(inputs.ReferenceLogProbs, nameof(LossInputs.ReferenceLogProbs), "log-probabilities of the reference policy");

    /// <summary>Log-probabilities that the inference engine reported.</summary>
    public Tensor BehaviourLogProbs =>
        Tokens(inputs.BehaviourLogProbs, nameof(LossInputs.BehaviourLogProbs), "log-probabilities reported by the inference engine");

    /// <summary>Entropies of the next-token distributions, a constant.</summary>
    public Tensor Entropy => EntropyWithGradient.detach();

    /// <summary>Entropies of the next-token distributions with the graph they came with.</summary>
    public Tensor EntropyWithGradient => Tokens(inputs.Entropy, nameof(LossInputs.Entropy), "entropies of the policy", constant: false);

    /// <summary>Ids of the sampled tokens, int64.</summary>
    public Tensor TokenIds
    {
        get
        {
            var ids = Require.Integral(Present(inputs.TokenIds, nameof(LossInputs.TokenIds), "ids of the sampled tokens"), nameof(LossInputs.TokenIds));
            Require.Shape(ids, nameof(LossInputs.TokenIds), inputs.LogProbs.shape);
            Require.SameDevice(ids, nameof(LossInputs.TokenIds), inputs.LogProbs);
            return ids.to(ScalarType.Int64);
        }
    }

    /// <summary>Advantages, one a token (a shape that broadcasts against token tensors).</summary>
    public Tensor Advantages => Prepare(nameof(LossInputs.Advantages), () =>
    {
        var advantages = Require.Floating(Present(inputs.Advantages, nameof(LossInputs.Advantages), "advantages"), nameof(LossInputs.Advantages));
        return advantages.dim() == 1 && advantages.shape[0] == Layout.Sequences
            ? Layout.Spread(PerCompletion(advantages, nameof(LossInputs.Advantages)))
            : Tokens(advantages, nameof(LossInputs.Advantages), "advantages", orPerCompletion: true);
    });

    /// <summary>Rewards, one a completion.</summary>
    public Tensor Rewards => Prepare(nameof(LossInputs.Rewards), () =>
        PerCompletion(Present(inputs.Rewards, nameof(LossInputs.Rewards), "rewards"), nameof(LossInputs.Rewards)));

    /// <summary>One advantage a completion <c>[B]</c>: the mean of its tokens' where they differ.</summary>
    public Tensor CompletionAdvantages => Prepare("completion advantages", () => HasCompletionAdvantages
        ? PerCompletion(inputs.Advantages!, nameof(LossInputs.Advantages))
        : Layout.MeanBySequence(Advantages));

    /// <summary>True for completions that the policy did not sample, <c>[B]</c>.</summary>
    public Tensor OffPolicy
    {
        get
        {
            var rows = Require.Boolean(
                Present(inputs.OffPolicy, nameof(LossInputs.OffPolicy), "which completions the policy did not sample"),
                nameof(LossInputs.OffPolicy));
            Require.Shape(rows, nameof(LossInputs.OffPolicy), Layout.Sequences);
            Require.SameDevice(rows, nameof(LossInputs.OffPolicy), inputs.LogProbs);
            return rows;
        }
    }

    /// <summary>log pi - log pi_old, bounded to +-20 in value (its gradient is zero beyond).</summary>
    public Tensor LogRatio => Prepare("log ratio", () => (LogProbs - OldLogProbs).clamp(-LogRatioBound, LogRatioBound));

    /// <summary>The number of completions that count, 0-dim.</summary>
    public Tensor SequenceCount => inputs.EmptyCompletions == EmptyCompletions.Exclude
        ? Layout.Lengths.gt(0).to(Layout.MathType).sum()
        : full([], (double)Layout.Sequences, Layout.MathType, inputs.LogProbs.device);

    /// <summary>The number of tokens under the mask, 0-dim.</summary>
    public Tensor TokenCount => Layout.Lengths.sum();

    internal GroupIndex Groups => groups ??= inputs.Groups is { } given
        ? given.Resolve(Layout.Sequences, inputs.LogProbs, nameof(LossInputs.Groups))
        : throw new ArgumentException("this objective needs to know which completions share a prompt; none is given.", nameof(LossInputs.Groups));

    internal bool HasGroups => inputs.Groups is not null;

    internal bool HasOld => inputs.OldLogProbs is not null;

    internal bool HasEntropy => inputs.Entropy is not null;

    internal bool HasTokenIds => inputs.TokenIds is not null;

    internal bool ChecksValues => values;

    /// <summary>Log-probabilities of the policy as they were given.</summary>
    internal Tensor GivenLogProbs => inputs.LogProbs;

    private bool HasCompletionAdvantages => inputs.Advantages is { IsInvalid: false } given && given.dim() == 1 && given.shape[0] == Layout.Sequences;

    /// <summary>log pi - log pi_old without graph, 0 outside the mask; the caller's own, to be overwritten.</summary>
    internal Tensor ApartFromOld() => Apart(inputs.OldLogProbs, nameof(LossInputs.OldLogProbs), () => OldLogProbs);

    /// <summary>log pi - log pi_ref without graph, 0 outside the mask; the caller's own, to be overwritten.</summary>
    internal Tensor ApartFromReference() => Apart(inputs.ReferenceLogProbs, nameof(LossInputs.ReferenceLogProbs), () => ReferenceLogProbs);

    /// <summary>The same batch with fewer tokens under the mask.</summary>
    internal TokenBatch Restrict(Tensor keep)
    {
        var mask = Layout.Mask.logical_and(keep);
        var excluded = inputs with { Mask = mask, EmptyCompletions = EmptyCompletions.Exclude };
        SequenceLayout layout = inputs.Offsets is null ? new PaddedLayout(mask, Layout.MathType) : new PackedLayout(mask, inputs.Offsets, Layout.MathType);
        return new TokenBatch(excluded, layout, values);
    }

    internal static void CheckOffsets(IReadOnlyList<long>? offsets, long tokens, string name)
    {
        if (offsets is null)
        {
            return;
        }

        if (offsets.Count < 2 || offsets[0] != 0 || offsets[^1] != tokens || tokens > int.MaxValue)
        {
            throw new ArgumentException(
                $"wanted B + 1 offsets from 0 to the number of tokens, {tokens}; found {offsets.Count} " +
                (offsets.Count == 0 ? "of them." : $"from {offsets[0]} to {offsets[^1]}."),
                name);
        }

        for (var i = 1; i < offsets.Count; i++)
        {
            if (offsets[i] < offsets[i - 1])
            {
                throw new ArgumentException($"wanted ascending offsets, found {offsets[i - 1]} before {offsets[i]}.", name);
            }
        }
    }

    private static Tensor Present(Tensor? tensor, string name, string what) =>
        tensor ?? throw new ArgumentException($"this objective needs the {what}; none are given.", name);

    private Tensor Prepare(string name, Func<Tensor> make)
    {
        if (!prepared.TryGetValue(name, out var tensor))
        {
            tensor = make();
            prepared[name] = tensor;
        }

        return tensor;
    }

    private Tensor Apart(Tensor? other, string name, Func<Tensor> masked)
    {
        if (values || other is null or { IsInvalid: true } || !Require.IsFloating(other.dtype))
        {
            return LogProbs.detach() - masked();
        }

        // One pass over the difference instead of one over each.
        Require.Shape(other, name, inputs.LogProbs.shape);
        Require.SameDevice(other, name, inputs.LogProbs);
        return (inputs.LogProbs.detach().to(Layout.MathType) - other.detach().to(Layout.MathType)).masked_fill_(Layout.Outside, 0);
    }

    private Tensor PerCompletion(Tensor tensor, string name)
    {
        Require.Floating(tensor, name);
        Require.Shape(tensor, name, Layout.Sequences);
        Require.SameDevice(tensor, name, inputs.LogProbs);
        if (values)
        {
            Require.Finite(tensor, name);
        }

        return tensor.detach().to(Layout.MathType);
    }

    private Tensor Tokens(Tensor? tensor, string name, string what, bool constant = true, bool orPerCompletion = false)
    {
        var given = Require.Floating(Present(tensor, name, what), name);
        if (orPerCompletion && !given.shape.AsSpan().SequenceEqual(inputs.LogProbs.shape))
        {
            throw new ArgumentException(
                $"wanted one a completion, shape [{Layout.Sequences}], or one a token, shape {Require.Show(inputs.LogProbs.shape)}; " +
                $"found {Require.Show(given.shape)}.",
                name);
        }

        return Prepare(name + " of tokens", () =>
        {
            Require.Shape(given, name, inputs.LogProbs.shape);
            Require.SameDevice(given, name, inputs.LogProbs);
            var masked = Layout.Masked((constant ? given.detach() : given).to(Layout.MathType));
            if (values)
            {
                Require.Finite(masked, name, " under the mask");
            }

            return masked;
        });
    }
}
