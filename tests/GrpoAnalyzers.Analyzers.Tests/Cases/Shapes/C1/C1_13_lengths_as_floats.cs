// case: C1.13
// expect: GRPO001
// shape: lengths come from a float array made of the sequences, mask from another source
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Lengths;

public sealed class LengthsTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public LengthsTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adamax(policy.parameters());
    }

    public Tensor Update(List<long[]> seqs, Tensor oldLogProbs, float[] rewards)
    {
        int longest = seqs.Max(s => s.Length);
        var padded = torch.zeros(seqs.Count, longest, dtype: ScalarType.Int64);
        var m = torch.zeros(seqs.Count, longest);
        for (int i = 0; i < seqs.Count; i++)
            for (int t = 0; t < seqs[i].Length; t++)
            {
                padded[i, t] = seqs[i][t];
                m[i, t] = 1f;
            }

        var mean = rewards.Average();
        var A = torch.tensor(rewards.Select(r => r - mean).ToArray()).unsqueeze(1);
        var lens = torch.tensor(seqs.Select(s => (float)s.Length).ToArray());
        var lp = functional.log_softmax(policy.call(padded), -1).gather(2, padded.unsqueeze(2)).squeeze(2);
        var ratio = (lp - oldLogProbs).exp();
        var pt = torch.min(ratio * A, torch.clamp(ratio, 0.8, 1.2) * A);
        var loss = -({|GRPO001:(pt * m).sum(1) / lens|}).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.detach();
    }
}
