using GrpoAnalyzers.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>Hidden states, a head and the rest of a batch; every contestant is given the same.</summary>
internal sealed class TrainingBatch : IDisposable
{
    internal const double Temperature = 0.9, Beta = 0.04, Clip = 0.2;

    internal TrainingBatch(FusedSettings settings)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var device = torch.device(settings.Device);
        var (rows, length) = (settings.Completions, settings.Length);

        // Logits near 0: log-probabilities are near -ln V, so that old ones need no pass over the head to be close.
        Hidden = Keep((randn([rows, length, settings.Width], device: device) * 0.05).to(settings.ScalarType)).requires_grad_();
        Weight = Keep((randn([settings.Vocabulary, settings.Width], device: device) / Math.Sqrt(settings.Width)).to(settings.ScalarType)).requires_grad_();
        FrozenWeight = Keep(Weight.detach());
        Targets = Keep(randint(0, settings.Vocabulary, [rows, length], ScalarType.Int64, device: device));
        Old = Keep(randn([rows, length], device: device) * 0.02 - Math.Log(settings.Vocabulary));
        Reference = Keep(Old + randn([rows, length], device: device) * 0.02);
        Advantages = Keep(randn([rows], device: device));
        Mask = Keep(ones([rows, length], ScalarType.Bool, device));

        // Half of the places are padding, and no two completions have the same length.
        var lengths = (arange(rows, ScalarType.Float32, device) + 0.5) * ((double)length / rows);
        RaggedMask = Keep(arange(length, ScalarType.Float32, device).unsqueeze(0).lt(lengths.unsqueeze(1)));
    }

    internal Tensor Hidden { get; }

    internal Tensor Weight { get; }

    /// <summary>The same numbers, of which no gradient is wanted.</summary>
    internal Tensor FrozenWeight { get; }

    internal Tensor Targets { get; }

    internal Tensor Old { get; }

    internal Tensor Reference { get; }

    internal Tensor Advantages { get; }

    internal Tensor Mask { get; }

    internal Tensor RaggedMask { get; }

    internal FusedInputs Inputs => InputsUnder(Mask);

    internal FusedInputs RaggedInputs => InputsUnder(RaggedMask);

    public void Dispose()
    {
        foreach (var tensor in new[] { Hidden, Weight, FrozenWeight, Targets, Old, Reference, Advantages, Mask, RaggedMask }) tensor.Dispose();
    }

    /// <summary>As an optimiser does before a step.</summary>
    internal void ZeroGradients()
    {
        Hidden.grad = null;
        Weight.grad = null;
    }

    private static Tensor Keep(Tensor tensor) => tensor.MoveToOuterDisposeScope();

    private FusedInputs InputsUnder(Tensor mask) =>
        new() { Targets = Targets, Mask = mask, OldLogProbs = Old, ReferenceLogProbs = Reference, Advantages = Advantages };
}
