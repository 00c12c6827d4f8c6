// case: own.304
// expect: none
// shape: the coefficient of the penalty is steered by a method that is handed the measured divergence and changes a field
using System;
using TorchSharp;
using static TorchSharp.torch;

public class SteeredPenalty
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private double coefficient = 0.2;

    public SteeredPenalty(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 2e-6);
    }

    public void Fit(Tensor prompts, Tensor taken, Tensor mask, Tensor before, Tensor gains)
    {
        for (var round = 0; round < 6; round++)
        {
            var now = policy.call(prompts).log_softmax(-1).gather(-1, taken.unsqueeze(-1)).squeeze(-1);
            var change = now - before;
            var ratio = change.exp();
            var divergence = ((ratio - 1 - change) * mask).sum() / mask.sum();
            var gain = torch.min(ratio * gains, ratio.clamp(0.8, 1.2) * gains);
            var loss = coefficient * divergence - (gain * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            Steer(divergence.item<float>());
        }
    }

    private void Steer(double measured)
    {
        if (measured > 0.03)
        {
            coefficient = Math.Min(coefficient * 1.5, 10);
        }
        else if (measured < 0.01)
        {
            coefficient = Math.Max(coefficient / 1.5, 1e-3);
        }
    }
}
