// case: own.219
// expect: GRPO001
// shape: REINFORCE with the geometric-mean log-probability of each completion, critic-free moving baseline
using System;
using TorchSharp;
using static TorchSharp.torch;

public class MovingBaselineTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private double baseline;

    public MovingBaselineTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.Adam(lm.parameters(), lr: 1e-6);
    }

    private (Tensor mean, Tensor count) Completion(Tensor ids, Tensor mask)
    {
        var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var count = mask.sum(1);
        return ({|GRPO001:(lp * mask).sum(1) / count.clamp_min(1)|}, count);
    }

    public void Step(Tensor ids, Tensor mask, Tensor rewards)
    {
        var (mean, count) = Completion(ids, mask);
        var adv = rewards - baseline;
        var loss = (mean * adv).sum().neg() / rewards.shape[0];
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        baseline = 0.95 * baseline + 0.05 * rewards.mean().item<float>();
        Console.WriteLine($"mean length {count.mean().item<float>()}");
    }
}
