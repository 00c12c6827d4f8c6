// case: own.004
// expect: GRPO001
// shape: estimator name comes through the constructor, so both arms are possible; advantages are centred only
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class OatLearner
{
    private readonly string criticType;
    private readonly float constantNormalizer;
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly TorchSharp.Modules.Adam opt;

    public OatLearner(nn.Module<Tensor, Tensor> lm, string criticType, float constantNormalizer)
    {
        this.lm = lm;
        this.criticType = criticType;
        this.constantNormalizer = constantNormalizer;
        opt = optim.Adam(lm.parameters(), 1e-6, beta1: 0.9, beta2: 0.95);
    }

    private Tensor Aggregate(Tensor x, Tensor responseMask)
    {
        if (criticType == "drgrpo")
        {
            return (x * responseMask).sum(1) / constantNormalizer;
        }

        var count = responseMask.sum(1);
        return {|GRPO001:(x * responseMask).sum(1).div(count)|};
    }

    public void LearningStep(Tensor ids, Tensor responseMask, Tensor behaviourLogps, Tensor finalRewards, int nSamples)
    {
        var perPrompt = finalRewards.view(-1, nSamples);
        var advantages = (perPrompt - perPrompt.mean(new long[] { 1 }, keepdim: true)).view(-1).unsqueeze(1);
        var newLogps = lm.call(ids).log_softmax(2).gather(2, ids.unsqueeze(2)).squeeze(2);
        var logratio = newLogps - behaviourLogps;
        var ratio = exp(logratio);
        var loss1 = advantages.neg() * ratio;
        var loss2 = advantages.neg() * clamp(ratio, 0.8, 1.2);
        var pg = Aggregate(max(loss1, loss2), responseMask).mean();
        opt.zero_grad();
        pg.backward();
        opt.step();
    }
}
