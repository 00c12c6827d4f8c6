// case: own.013
// expect: GRPO001, GRPO003
// shape: row sums by einsum; batch trained four times by a constant
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class EinsumTrainer
{
    private const int InnerUpdates = 4;
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public EinsumTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.95);
    }

    private Tensor Logp(Tensor tokens)
    {
        var all = policy.call(tokens);
        return all.gather(-1, tokens.unsqueeze(-1)).squeeze(-1).sub(logsumexp(all, -1));
    }

    public void Improve(Tensor tokens, Tensor mask, Tensor reward)
    {
        var old = Logp(tokens).detach();
        var adv = (reward - reward.mean()).unsqueeze(-1);
        for (var k = 0; k < InnerUpdates; k++)
        {
            var ratio = Logp(tokens).sub(old).exp();
            var pt = torch.minimum(ratio.mul(adv), ratio.clip(0.8, 1.2).mul(adv));
            var rows = einsum("bt,bt->b", pt, mask);
            var loss = {|GRPO001:rows.mul(mask.sum(1).reciprocal())|}.mean().mul(-1);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
