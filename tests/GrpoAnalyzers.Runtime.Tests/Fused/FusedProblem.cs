namespace GrpoAnalyzers.Runtime.Tests;

/// <summary>Random hidden states and a head, the batch of a loss on them, and what anybody would compute from them: all logits at once.</summary>
internal sealed record FusedProblem
{
    internal const int Groups = 2, GroupSize = 3, Length = 7, Width = 6, Vocabulary = 23;

    internal required Tensor Hidden { get; init; }

    internal required Tensor Weight { get; init; }

    internal Tensor? Bias { get; init; }

    internal double Temperature { get; init; } = 1;

    internal double? SoftCap { get; init; }

    internal required FusedInputs Inputs { get; init; }

    internal LmHead Head => new(Weight) { Bias = Bias, Temperature = Temperature, SoftCap = SoftCap };

    /// <summary>A problem in float64 whose ratios lie on both sides of the clips; the padding holds NaN.</summary>
    internal static FusedProblem Of(int seed, double sharpness = 1, bool bias = false, double temperature = 1, double? softCap = null)
    {
        manual_seed(seed);
        const int rows = Groups * GroupSize;
        var lengths = tensor(new long[] { 7, 3, 5, 1, 6, 4 }).unsqueeze(1);
        var mask = arange(Length, ScalarType.Int64).unsqueeze(0).lt(lengths);
        var problem = new FusedProblem
        {
            Hidden = randn([rows, Length, Width], ScalarType.Float64) * sharpness,
            Weight = randn([Vocabulary, Width], ScalarType.Float64),
            Bias = bias ? randn([Vocabulary], ScalarType.Float64) : null,
            Temperature = temperature,
            SoftCap = softCap,
            Inputs = new FusedInputs
            {
                Targets = randint(0, Vocabulary, [rows, Length], ScalarType.Int64),
                Mask = mask,
                Groups = GroupSize,
                Advantages = tensor(new[] { 0.7, -0.4, 0, -0.5, 0.9, -0.3 }),
                OffPolicy = tensor(new[] { false, true, false, false, true, false }),
            },
        };
        using var grad = no_grad();
        var logProbs = problem.LogProbs();
        Tensor Near(double distance) => (logProbs + (rand_like(logProbs) - 0.5) * distance).masked_fill(mask.logical_not(), double.NaN);
        return problem with
        {
            Hidden = problem.Hidden.masked_fill(mask.logical_not().unsqueeze(-1), double.NaN),
            Inputs = problem.Inputs with { OldLogProbs = Near(0.9), ReferenceLogProbs = Near(0.7), BehaviourLogProbs = Near(0.9) },
        };
    }

    /// <summary>The same in another dtype, as leaves that want gradients.</summary>
    internal FusedProblem As(ScalarType type, bool frozen = false) => this with
    {
        Hidden = Hidden.detach().to(type, copy: true).requires_grad_(),
        Weight = Weight.detach().to(type, copy: true).requires_grad_(!frozen),
        Bias = Bias?.detach().to(type, copy: true).requires_grad_(!frozen),
    };

    /// <summary>The same with completions end to end.</summary>
    internal FusedProblem Packed()
    {
        var mask = Inputs.Mask;
        Tensor? Pack(Tensor? perToken) => perToken?.masked_select(mask);
        var lengths = mask.sum(1).data<long>().ToArray();
        return this with
        {
            Hidden = Hidden.detach().reshape(-1, Width).index_select(0, mask.reshape(-1).nonzero().squeeze(1)).requires_grad_(),
            Inputs = Inputs with
            {
                Targets = Pack(Inputs.Targets)!,
                Mask = Pack(mask)!,
                OldLogProbs = Pack(Inputs.OldLogProbs),
                ReferenceLogProbs = Pack(Inputs.ReferenceLogProbs),
                BehaviourLogProbs = Pack(Inputs.BehaviourLogProbs),
                Offsets = [0, .. lengths.Select((_, i) => lengths[..(i + 1)].Sum())],
            },
        };
    }

    /// <summary>All logits as models compute them: bfloat16 is multiplied as it is, then all is float32. float16 has no kernels on the CPU.</summary>
    internal Tensor Logits()
    {
        var type = Weight.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var product = Weight.dtype == ScalarType.Float16 ? type : Weight.dtype;
        var inner = Hidden.masked_fill(Inputs.Mask.logical_not().unsqueeze(-1), 0).to(product).matmul(Weight.to(product).t()).to(type);
        inner = Bias is null ? inner : inner + Bias.to(type);
        return (SoftCap is { } cap ? (inner / cap).tanh() * cap : inner) / Temperature;
    }

    internal Tensor LogProbs() => Logits().log_softmax(-1).gather(-1, Inputs.Targets.unsqueeze(-1)).squeeze(-1);

    internal Tensor Entropy()
    {
        using var grad = no_grad();
        var all = Logits().log_softmax(-1);
        return (all.exp() * all).sum(-1).neg().masked_fill(Inputs.Mask.logical_not(), 0);
    }

    /// <summary>The plain loss on these tensors.</summary>
    internal LossResult Naive(GroupObjective objective, Window? window = null) => objective.Compute(Inputs.With(LogProbs(), Entropy()), window);

    /// <summary>Gradients of hidden states (where trained), weight and bias.</summary>
    internal Dictionary<string, Tensor> Gradients()
    {
        var kept = Inputs.Mask.reshape(-1).nonzero().squeeze(1);
        var gradients = new Dictionary<string, Tensor>();
        if (Hidden.grad is { } hidden)
        {
            gradients["hidden"] = hidden.reshape(-1, Width).index_select(0, kept).to(ScalarType.Float64);
        }

        if (Weight.grad is { } weight)
        {
            gradients["weight"] = weight.to(ScalarType.Float64);
        }

        if (Bias?.grad is { } bias)
        {
            gradients["bias"] = bias.to(ScalarType.Float64);
        }

        return gradients;
    }
}
