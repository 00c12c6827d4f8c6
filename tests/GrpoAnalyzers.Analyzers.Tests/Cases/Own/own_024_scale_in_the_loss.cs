// case: own.024
// expect: GRPO002
// shape: advantages are centred; each prompt's loss is multiplied by the inverse std afterwards
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class WeightedPromptLoss
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer adam;

    public WeightedPromptLoss(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        adam = optim.Adam(lm.parameters(), lr: 1e-6);
    }

    public void Update(IEnumerable<(Tensor ids, Tensor mask, Tensor rewards)> prompts, float maxTokens)
    {
        adam.zero_grad();
        foreach (var (ids, mask, rewards) in prompts)
        {
            var centred = rewards - rewards.mean();
            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var seq = (lp * mask).sum(1) / maxTokens;
            var promptLoss = -(centred * seq).mean();
            ({|GRPO002:promptLoss * (1.0f / (rewards.std() + 1e-4f))|}).backward();
        }

        adam.step();
    }
}
