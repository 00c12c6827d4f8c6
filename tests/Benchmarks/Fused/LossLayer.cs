using System.Diagnostics;
using GrpoAnalyzers.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.Benchmarks;

/// <summary>The loss where log-probabilities are given: 64 completions of 1,024 tokens, ours without checks and metrics beside the formula by hand.</summary>
internal sealed class LossLayer : IDisposable
{
    private const int Completions = 64, Length = 1024, Steps = 20;

    private static readonly GroupObjective Objective = GroupObjective.GrpoR1 with { Regulariser = new KlPenalty(TrainingBatch.Beta, KlEstimator.K3) };

    private readonly FusedSettings settings;
    private readonly Tensor logProbs;
    private readonly Tensor old;
    private readonly Tensor reference;
    private readonly Tensor advantages;
    private readonly Tensor mask;

    internal LossLayer(FusedSettings settings)
    {
        this.settings = settings;
        manual_seed(2);
        var device = torch.device(settings.Device);
        using var scope = NewDisposeScope();
        old = (randn([Completions, Length], device: device) * 0.5 - 2).MoveToOuterDisposeScope();
        reference = (old + randn([Completions, Length], device: device) * 0.1).MoveToOuterDisposeScope();
        logProbs = (old + randn([Completions, Length], device: device) * 0.1).MoveToOuterDisposeScope().requires_grad_();
        advantages = randn([Completions], device: device).MoveToOuterDisposeScope();
        var lengths = (arange(Completions, ScalarType.Float32, device) + 0.5) * ((double)Length / Completions);
        mask = arange(Length, ScalarType.Float32, device).unsqueeze(0).lt(lengths.unsqueeze(1)).MoveToOuterDisposeScope();
    }

    internal static IReadOnlyList<string> Ways { get; } = ["layer", "layer-by-hand"];

    public void Dispose()
    {
        foreach (var tensor in new[] { logProbs, old, reference, advantages, mask }) tensor.Dispose();
    }

    /// <summary>Milliseconds a step.</summary>
    internal double Time(string way)
    {
        for (var step = 0; step < 3; step++) Step(way);
        Blas.Synchronize(settings);
        var clock = Stopwatch.StartNew();
        for (var step = 0; step < Steps; step++) Step(way);
        Blas.Synchronize(settings);
        return clock.Elapsed.TotalMilliseconds / Steps;
    }

    /// <summary>Bytes of a step after others: what is loaded and compiled once is not counted.</summary>
    internal double Peak(string way)
    {
        for (var step = 0; step < 3; step++) Step(way);
        GC.Collect();
        if (settings.OnCuda) return 0;
        ProcessMemory.ForgetPeak();
        var before = ProcessMemory.Resident;
        Step(way);
        return ProcessMemory.Peak - before;
    }

    private void Step(string way)
    {
        logProbs.grad = null;
        using var scope = NewDisposeScope();
        var loss = way == "layer"
            ? Objective.Compute(new LossInputs
            {
                LogProbs = logProbs,
                OldLogProbs = old,
                ReferenceLogProbs = reference,
                Mask = mask,
                Advantages = advantages,
                EmptyCompletions = EmptyCompletions.Count,
                Validate = false,
            }, metrics: false).Loss
            : GrpoFormula.Loss(logProbs, old, reference, advantages.unsqueeze(1), mask.to(ScalarType.Float32));
        loss.backward();
    }
}
