// case: held.036
// expect: GRPO001, GRPO002
// shape: masked diffusion language model: one-step log-probs of the completion, averaged over the completion
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class DiffuGrpo
{
    private readonly nn.Module<Tensor, Tensor> denoiser;
    private readonly optim.Optimizer opt;
    private const long MaskId = 126336;

    public DiffuGrpo(nn.Module<Tensor, Tensor> denoiser)
    {
        this.denoiser = denoiser;
        opt = optim.AdamW(denoiser.parameters(), lr: 3e-6, weight_decay: 0.1);
    }

    private Tensor MeanFieldLogProbs(Tensor ids, Tensor completionMask, double promptDropProb)
    {
        var drop = rand_like(ids.to_type(ScalarType.Float32)).lt(promptDropProb);
        var hidden = completionMask.gt(0) | drop;
        var noisy = where(hidden, full_like(ids, MaskId), ids);
        return nn.functional.log_softmax(denoiser.call(noisy), -1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
    }

    public void Step(Tensor ids, Tensor completionMask, Tensor oldPerToken, Tensor rewards, int g)
    {
        var table = rewards.view(-1, g);
        var (sigma, mu) = std_mean(table, new long[] { 1 }, unbiased: true, keepdim: true);
        var adv = {|GRPO002:((table - mu) / (sigma + 1e-4))|}.view(-1).unsqueeze(1);
        var now = MeanFieldLogProbs(ids, completionMask, 0.15);
        var coef = exp(now - oldPerToken);
        var loss1 = coef * adv;
        var loss2 = coef.clamp(0.5, 1.5) * adv;
        var perToken = -torch.min(loss1, loss2);
        var loss = {|GRPO001:((perToken * completionMask).sum(1) / completionMask.sum(1))|}.mean();
        opt.zero_grad();
        loss.backward();
        opt.step();
    }
}
