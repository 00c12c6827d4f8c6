// case: held.056
// expect: GRPO002, GRPO003
// shape: in-place sub_ and div_ over the group axis, compound assignment for the loss
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class InPlaceTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public InPlaceTrainer(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr: 4e-6);
    }

    public void Fit(Tensor ids, Tensor mask, Tensor ref0, Tensor old, Tensor rewards, int width, int cycles)
    {
        var adv = rewards.clone().view(-1, width);
        adv.sub_(adv.mean(new long[] { 1 }, keepdim: true));
        {|GRPO002:adv.div_(adv.std(1, keepdim: true).add_(1e-4))|};
        adv = adv.view(-1, 1);
        for (var c = 0; c != cycles; ++c)
        {
            var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = lp.sub(old).exp_();
            var loss = torch.min(ratio.mul(adv), ratio.clamp(0.8, 1.2).mul(adv)).mul(mask).sum();
            loss /= mask.sum();
            loss = -loss;
            var drift = (ref0 - lp).exp().sub(ref0 - lp).sub(1).mul(mask).sum() / mask.sum();
            loss += 0.001 * drift;
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
