// case: own.492
// expect: none
// shape: clipped ratio, one pass over disjoint minibatches of the rollout, token mean, centred, iterator
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Diagnosis.Rl;

public sealed record Slice(Tensor Ids, Tensor Mask, Tensor Old, Tensor Adv);

public sealed class RolloutBuffer
{
    private readonly Slice _all;
    public RolloutBuffer(Slice all) => _all = all;

    public IEnumerable<Slice> Partition(int size)
    {
        var perm = randperm(_all.Ids.shape[0]);
        foreach (var idx in perm.split(size))
            yield return new Slice(_all.Ids[idx], _all.Mask[idx], _all.Old[idx], _all.Adv[idx]);
    }
}

public sealed class DiagnosisTrainer
{
    private readonly nn.Module<Tensor, Tensor> _policy;
    private readonly optim.Optimizer _adam;
    public DiagnosisTrainer(nn.Module<Tensor, Tensor> policy) => (_policy, _adam) = (policy, optim.Adam(policy.parameters(), lr: 2e-6));

    private Tensor LogP(Tensor ids)
    {
        var target = ids.narrow(1, 1, ids.shape[1] - 1);
        var logits = _policy.call(ids).narrow(1, 0, target.shape[1]);
        return logits.gather(2, target.unsqueeze(2)).squeeze(2) - logits.logsumexp(2);
    }

    private static Tensor Centre(float[][] rewardsByPatient) =>
        tensor(rewardsByPatient.SelectMany(g => g.Select(x => x - g.Average())).ToArray());

    public void Iterate(Func<(Tensor ids, Tensor mask, float[][] rewards)> collect, int iterations)
    {
        for (int it = 0; it < iterations; it++)
        {
            using var scope = NewDisposeScope();
            var (ids, mask, rewards) = collect();
            Tensor old;
            using (no_grad()) old = LogP(ids);
            var buffer = new RolloutBuffer(new Slice(ids, mask, old, Centre(rewards)));

            foreach (var mb in buffer.Partition(32))
            {
                var ratio = (LogP(mb.Ids) - mb.Old).exp();
                var a = mb.Adv.unsqueeze(1);
                var surrogate = minimum(ratio * a, clamp(ratio, 0.8, 1.2) * a);
                var loss = -(surrogate * mb.Mask).sum() / mb.Mask.sum();
                _adam.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(_policy.parameters(), 1.0);
                _adam.step();
            }
        }
    }
}
