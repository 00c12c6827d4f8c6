// case: own.211
// expect: GRPO002
// shape: per-prompt loss multiplied by the inverse deviation, token mean with a total over the batch, accumulation
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public record PromptRollout(Tensor Ids, Tensor Mask, Tensor Rewards);

public class InverseSpreadTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public InverseSpreadTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.Adamax(lm.parameters(), lr: 1e-6);
    }

    public void Step(List<PromptRollout> prompts)
    {
        var tokens = prompts.Sum(p => p.Mask.sum().item<float>());
        optimizer.zero_grad();
        foreach (var prompt in prompts)
        {
            using var scope = NewDisposeScope();
            var centred = prompt.Rewards - prompt.Rewards.mean();
            var spread = prompt.Rewards.std(unbiased: false) + 1e-4;
            var lp = lm.call(prompt.Ids).log_softmax(-1).gather(-1, prompt.Ids.unsqueeze(-1)).squeeze(-1);
            var term = -(lp * centred.unsqueeze(1) * prompt.Mask).sum();
            var loss = {|GRPO002:term / spread|} / tokens;
            loss.backward();
        }

        optimizer.step();
    }
}
