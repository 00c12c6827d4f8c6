// case: C3.02
// expect: GRPO002, GRPO003
// shape: group std by hand, strided mini-batches in two epochs, DAPO token mean
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace StdAndEpochs;

public class StdEpochTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public StdEpochTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6, 0.9, 0.98);
    }

    private static float[] Advantages(float[][] rewardsByPrompt)
    {
        var flat = new List<float>();
        foreach (var group in rewardsByPrompt)
        {
            var mean = group.Average();
            var sq = 0f;
            foreach (var v in group)
                sq += MathF.Pow(v - mean, 2);
            var std = MathF.Sqrt(sq / group.Length);
            flat.AddRange(group.Select(v => {|GRPO002:(v - mean) / (std + 1e-4f)|}));
        }

        return flat.ToArray();
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, float[][] rewardsByPrompt, int stride)
    {
        var adv = torch.tensor(Advantages(rewardsByPrompt));
        for (int epoch = 0; epoch < 2; epoch++)
            for (int offset = 0; offset < stride; offset++)
            {
                var idx = torch.arange(offset, ids.shape[0], stride);
                var x = ids[idx];
                var lp = policy.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
                var ratio = torch.exp(lp - old[idx]);
                var a = adv[idx].unsqueeze(1);
                var m = mask[idx];
                var loss = -(torch.minimum(ratio * a, ratio.clamp(0.8, 1.28) * a) * m).sum() / m.sum();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
    }
}
