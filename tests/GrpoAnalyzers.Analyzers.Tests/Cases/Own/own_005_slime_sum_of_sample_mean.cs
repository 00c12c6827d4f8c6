// case: own.005
// expect: GRPO001, GRPO002
// shape: flat tokens split by response lengths; sum over samples of sample means; group statistics by index arithmetic
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class MegatronStyleActor
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly int nSamplesPerPrompt;

    public MegatronStyleActor(nn.Module<Tensor, Tensor> model, int nSamplesPerPrompt)
    {
        this.model = model;
        this.nSamplesPerPrompt = nSamplesPerPrompt;
        optimizer = optim.Adam(model.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.98);
    }

    private List<Tensor> PostProcessRewards(Tensor rawRewards, long[] responseLengths)
    {
        var rewards = rawRewards.reshape(-1, nSamplesPerPrompt);
        rewards = rewards - rewards.mean(new long[] { -1 }, keepdim: true);
        var std = rewards.std(-1, keepdim: true);
        rewards = {|GRPO002:rewards / (std + 1e-6)|};
        var flat = rewards.flatten();
        return responseLengths.Select((len, i) => flat[i].expand(len)).ToList();
    }

    private static Tensor SumOfSampleMean(Tensor x, long[] responseLengths, List<Tensor> lossMasks)
    {
        var total = zeros(1);
        var parts = x.split(responseLengths, 0);
        for (var i = 0; i < parts.Length; i++)
        {
            total = total + {|GRPO001:(parts[i] * lossMasks[i]).sum() / clamp_min(lossMasks[i].sum(), 1)|};
        }

        return total;
    }

    private static Tensor clamp_min(Tensor t, double v) => t.clamp(min: v);

    public void TrainOneStep(Tensor packedIds, long[] responseLengths, List<Tensor> lossMasks, List<Tensor> oldLogProbs, Tensor rawRewards)
    {
        var advantages = cat(PostProcessRewards(rawRewards, responseLengths));
        var logp = model.call(packedIds).log_softmax(-1).gather(-1, packedIds.unsqueeze(-1)).squeeze(-1);
        var ppoKl = cat(oldLogProbs) - logp;
        var ratio = (-ppoKl).exp();
        var pgLosses = maximum(-ratio * advantages, -ratio.clamp(0.8, 1.28) * advantages);
        var loss = SumOfSampleMean(pgLosses, responseLengths, lossMasks) / responseLengths.Length;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
