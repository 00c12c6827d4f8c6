// case: held.017
// expect: none
// shape: approximate KL against a nullable threshold, break before the step
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class NullableTarget
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public float? TargetKl { get; init; }

    public int Epochs { get; init; } = 10;

    public NullableTarget(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 3e-4);
    }

    public void Update(Tensor s, Tensor a, Tensor old, Tensor adv)
    {
        for (var e = 0; e < Epochs; e++)
        {
            var logRatio = policy.call(s).log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1) - old;
            var ratio = logRatio.exp();
            var approx = (ratio - 1 - logRatio).mean().item<float>();
            if (TargetKl.HasValue && approx > 1.5f * TargetKl.Value)
            {
                break;
            }

            var loss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
