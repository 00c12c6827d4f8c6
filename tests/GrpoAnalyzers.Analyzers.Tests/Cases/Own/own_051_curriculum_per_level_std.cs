// case: own.051
// expect: GRPO002
// shape: curriculum trainer, one prompt's attempts at a time, unless filtered; std without dimension but one prompt
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class CurriculumTrainer
{
    private readonly nn.Module<Tensor, Tensor> solver;
    private readonly optim.Optimizer adam;
    private readonly Func<int, (Tensor ids, Tensor mask, Tensor rewards)> attempt;
    private double successRate;

    public CurriculumTrainer(nn.Module<Tensor, Tensor> solver, Func<int, (Tensor ids, Tensor mask, Tensor rewards)> attempt)
    {
        this.solver = solver;
        this.attempt = attempt;
        adam = optim.Adam(solver.parameters(), lr: 2e-5);
    }

    public void Run(int rounds)
    {
        var level = 0;
        for (var i = 0; i < rounds; i++)
        {
            var (ids, mask, rewards) = attempt(level);
            var spread = rewards.std(unbiased: false).item<float>();
            successRate = 0.9 * successRate + 0.1 * rewards.mean().item<float>();
            if (spread < 1e-3f)
            {
                level = successRate > 0.8 ? level + 1 : Math.Max(0, level - 1);
                continue;
            }

            var adv = {|GRPO002:(rewards - rewards.mean()) / spread|};
            var lp = solver.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var loss = -(adv.unsqueeze(1) * lp * mask).sum() / mask.sum();
            adam.zero_grad();
            loss.backward();
            adam.step();
        }
    }
}
