// case: own.428
// expect: GRPO002, GRPO003
// shape: generic base trainer with template method, constant normaliser, per-scaffold lists of floats
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Helix.Discovery.Rl;

public sealed record SmilesSample(long[] Tokens, float Qed, float Docking);

public sealed record ScaffoldBatch(Tensor Tokens, Tensor Mask, Tensor SamplingLogProbs, Tensor Advantages) : IDisposable
{
    public void Dispose() { Tokens.Dispose(); Mask.Dispose(); SamplingLogProbs.Dispose(); Advantages.Dispose(); }
}

public class MoleculeTrainerSettings
{
    public int MaxSmilesLength { get; init; } = 120;
    public int InnerUpdates { get; init; } = 3;
    public float Epsilon { get; init; } = 0.2f;
}

public abstract class PolicyTrainer<TBatch> where TBatch : IDisposable
{
    private readonly int _inner;
    protected readonly nn.Module<Tensor, Tensor> Policy;
    protected readonly optim.Optimizer Optimizer;

    protected PolicyTrainer(nn.Module<Tensor, Tensor> policy, int innerUpdates)
    {
        Policy = policy;
        Optimizer = optim.Adam(policy.parameters(), lr: 5e-5);
        _inner = innerUpdates;
    }

    protected abstract Tensor Loss(TBatch batch);

    protected void Fit(TBatch batch)
    {
        using (batch)
        {
            for (int i = 0; i < _inner; i++)
            {
                using var scope = NewDisposeScope();
                Policy.zero_grad();
                Loss(batch).backward();
                {|GRPO003:Optimizer.step()|};
            }
        }
    }
}

public sealed class MoleculeTrainer : PolicyTrainer<ScaffoldBatch>
{
    private readonly MoleculeTrainerSettings _settings;

    public MoleculeTrainer(nn.Module<Tensor, Tensor> policy, MoleculeTrainerSettings settings)
        : base(policy, settings.InnerUpdates) => _settings = settings;

    public void TrainOnScaffold(IReadOnlyList<SmilesSample> samples)
    {
        var rewards = samples.Select(s => 0.5f * s.Qed + 0.5f * s.Docking).ToArray();
        var (ids, mask) = Pad(samples);
        Tensor sampling;
        using (no_grad())
            sampling = LogProbs(ids);
        Fit(new ScaffoldBatch(ids, mask, sampling, tensor(Standardise(rewards)).unsqueeze(1)));
    }

    private static float[] Standardise(float[] rewards)
    {
        var mean = rewards.Average();
        var sd = MathF.Sqrt(rewards.Sum(r => (r - mean) * (r - mean)) / rewards.Length);
        return rewards.Select(r => {|GRPO002:(r - mean) / (sd + 1e-4f)|}).ToArray();
    }

    private (Tensor ids, Tensor mask) Pad(IReadOnlyList<SmilesSample> samples)
    {
        var width = samples.Max(s => s.Tokens.Length);
        var ids = zeros(new long[] { samples.Count, width }, dtype: ScalarType.Int64);
        var mask = zeros(samples.Count, width - 1);
        for (int i = 0; i < samples.Count; i++)
        {
            ids[i, ..samples[i].Tokens.Length] = tensor(samples[i].Tokens);
            mask[i, ..(samples[i].Tokens.Length - 1)] = 1f;
        }
        return (ids, mask);
    }

    private Tensor LogProbs(Tensor ids) =>
        Policy.forward(ids[.., ..^1]).log_softmax(-1).gather(2, ids[.., 1..].unsqueeze(2)).squeeze(2);

    protected override Tensor Loss(ScaffoldBatch b)
    {
        var ratio = ((LogProbs(b.Tokens) - b.SamplingLogProbs) * b.Mask).exp();
        var bounded = ratio.clamp(1 - _settings.Epsilon, 1 + _settings.Epsilon);
        var gain = minimum(ratio * b.Advantages, bounded * b.Advantages) * b.Mask;
        // fixed budget instead of the actual length
        return -(gain.sum(1) / _settings.MaxSmilesLength).mean();
    }
}
