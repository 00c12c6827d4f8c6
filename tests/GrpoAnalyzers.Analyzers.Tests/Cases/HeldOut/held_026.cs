// case: held.026
// expect: GRPO001, GRPO003
// shape: row sums through bmm, lengths through bmm with ones; loop bound from an options record
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public record UpdateOptions
{
    public int NumIterations { get; init; } = 2;
    public float Eps { get; init; } = 0.2f;
}

public class BmmTrainer
{
    private readonly UpdateOptions o;
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public BmmTrainer(nn.Module<Tensor, Tensor> model, UpdateOptions options)
    {
        o = options;
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 2e-6);
    }

    public void Step(Tensor ids, Tensor mask, Tensor reference, Tensor rewards)
    {
        var adv = rewards.sub(rewards.mean()).unsqueeze(-1);
        Tensor anchor;
        using (no_grad())
        {
            anchor = Lp(ids);
        }

        var column = mask.unsqueeze(2);
        for (int i = 0; i < o.NumIterations; i++)
        {
            var lp = Lp(ids);
            var kl = (reference - lp).exp() - (reference - lp) - 1;
            var s = exp(lp - anchor);
            var pt = torch.min(s * adv, torch.clamp(s, 1 - o.Eps, 1 + o.Eps) * adv) - 0.04 * kl;
            var numer = bmm(pt.unsqueeze(1), column).view(-1);
            var denom = bmm(ones_like(pt).unsqueeze(1), column).view(-1);
            var loss = -mean({|GRPO001:numer / denom|});
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }

    private Tensor Lp(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
}
