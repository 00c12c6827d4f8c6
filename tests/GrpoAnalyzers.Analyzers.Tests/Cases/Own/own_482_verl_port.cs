// case: own.482
// expect: GRPO001, GRPO003
// shape: verl core_algos + dp_actor from memory, static class, loss_agg_mode constant, leave-one-out
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Verl.Port;

public static class VerlF
{
    public static Tensor MaskedMean(Tensor values, Tensor mask) => (values * mask).sum() / (mask.sum() + 1e-8);
}

public static class CoreAlgos
{
    public static Tensor ComputeRlooOutcomeAdvantage(Tensor tokenLevelRewards, Tensor responseMask, int n)
    {
        using var g = no_grad();
        var scores = tokenLevelRewards.sum(-1).view(-1, n);
        var baseline = (scores.sum(1, keepdim: true) - scores) / (n - 1);
        return (scores - baseline).view(-1, 1) * responseMask;
    }

    // loss_agg_mode = "seq-mean-token-mean"
    public static Tensor AggLoss(Tensor lossMat, Tensor lossMask)
    {
        var seqLosses = {|GRPO001:sum(lossMat * lossMask, -1) / sum(lossMask, -1)|};
        return mean(seqLosses);
    }

    public static (Tensor pgLoss, Tensor clipfrac, Tensor ppoKl) ComputePolicyLoss(Tensor oldLogProb, Tensor logProb,
        Tensor advantages, Tensor responseMask, double cliprangeLow, double cliprangeHigh, double clipRatioC)
    {
        var negativeApproxKl = logProb - oldLogProb;
        var ratio = exp(negativeApproxKl);
        var ppoKl = VerlF.MaskedMean(-negativeApproxKl, responseMask);
        var pgLosses1 = -advantages * ratio;
        var pgLosses2 = -advantages * clamp(ratio, 1 - cliprangeLow, 1 + cliprangeHigh);
        var clip1 = maximum(pgLosses1, pgLosses2);
        var clipfrac = VerlF.MaskedMean(pgLosses2.gt(pgLosses1).to(ScalarType.Float32), responseMask);
        var pgLosses3 = -advantages * clipRatioC;
        var clip2 = minimum(pgLosses3, clip1);
        var pg = where(advantages.lt(0), clip2, clip1);
        return (AggLoss(pg, responseMask), clipfrac, ppoKl);
    }
}

public sealed class DataParallelPPOActor
{
    private readonly nn.Module<Tensor, Tensor> actorModule;
    private readonly optim.Optimizer actorOptimizer;
    private readonly int ppoEpochs = 2;
    private readonly int ppoMiniBatchSize = 64;

    public DataParallelPPOActor(nn.Module<Tensor, Tensor> actorModule)
    {
        this.actorModule = actorModule;
        actorOptimizer = optim.AdamW(actorModule.parameters(), lr: 1e-6, beta1: 0.9, beta2: 0.999, weight_decay: 1e-2);
    }

    private Tensor ForwardMicroBatch(Tensor inputIds, long responseLength)
    {
        var logits = actorModule.call(inputIds).narrow(1, inputIds.shape[1] - responseLength - 1, responseLength);
        var labels = inputIds.narrow(1, inputIds.shape[1] - responseLength, responseLength);
        return logits.gather(-1, labels.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1);
    }

    public Tensor ComputeLogProb(Tensor inputIds, long responseLength)
    {
        using var _ = no_grad();
        return ForwardMicroBatch(inputIds, responseLength);
    }

    public Dictionary<string, List<float>> UpdatePolicy(Tensor inputIds, Tensor responseMask, Tensor oldLogProbs, Tensor advantages)
    {
        var metrics = new Dictionary<string, List<float>> { ["actor/ppo_kl"] = new(), ["actor/pg_clipfrac"] = new() };
        for (int epoch = 0; epoch < ppoEpochs; epoch++)
        {
            var ids = inputIds.split(ppoMiniBatchSize);
            var masks = responseMask.split(ppoMiniBatchSize);
            var olds = oldLogProbs.split(ppoMiniBatchSize);
            var advs = advantages.split(ppoMiniBatchSize);
            for (int i = 0; i < ids.Length; i++)
            {
                using var scope = NewDisposeScope();
                actorOptimizer.zero_grad();
                var logProb = ForwardMicroBatch(ids[i], masks[i].shape[1]);
                var (pgLoss, clipfrac, ppoKl) = CoreAlgos.ComputePolicyLoss(olds[i], logProb, advs[i], masks[i], 0.2, 0.28, 3.0);
                pgLoss.backward();
                nn.utils.clip_grad_norm_(actorModule.parameters(), 1.0);
                {|GRPO003:actorOptimizer.step()|};
                metrics["actor/ppo_kl"].Add(ppoKl.detach().ToSingle());
                metrics["actor/pg_clipfrac"].Add(clipfrac.detach().ToSingle());
            }
        }
        return metrics;
    }
}

public static class MainPpo
{
    public static void Fit(DataParallelPPOActor actor, Func<int, (Tensor ids, Tensor mask, Tensor tokenRewards)> rollout, int totalSteps)
    {
        for (int s = 0; s < totalSteps; s++)
        {
            var (ids, mask, tokenRewards) = rollout(s);
            var old = actor.ComputeLogProb(ids, mask.shape[1]);
            var adv = CoreAlgos.ComputeRlooOutcomeAdvantage(tokenRewards, mask, 8);
            actor.UpdatePolicy(ids, mask, old, adv);
        }
    }
}
