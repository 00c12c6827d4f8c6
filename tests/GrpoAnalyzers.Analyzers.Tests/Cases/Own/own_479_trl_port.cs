// case: own.479
// expect: GRPO001, GRPO002, GRPO003
// shape: TRL GRPOTrainer ported from memory, padded batch, config record, legal clauses
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace LegalDrafting.Trl;

public sealed record GRPOConfig
{
    public int NumGenerations { get; init; } = 8;
    public int NumIterations { get; init; } = 4;
    public double Epsilon { get; init; } = 0.2;
    public double? EpsilonHigh { get; init; }
    public double Beta { get; init; } = 0.04;
    public double LearningRate { get; init; } = 1e-6;
    public double MaxGradNorm { get; init; } = 1.0;
    public float Temperature { get; init; } = 0.9f;
}

public delegate float RewardFunc(string clausePrompt, string completion);

public sealed record Inputs(Tensor PromptCompletionIds, Tensor AttentionMask, Tensor CompletionMask,
    Tensor Advantages, Tensor OldPerTokenLogps, Tensor RefPerTokenLogps);

public interface IGenerator
{
    (Tensor ids, Tensor attention, Tensor completionMask, string[] texts) Generate(IReadOnlyList<string> prompts, float temperature);
}

public sealed class GRPOTrainer
{
    private readonly GRPOConfig args;
    private readonly nn.Module<Tensor, Tensor, Tensor> model;
    private readonly nn.Module<Tensor, Tensor, Tensor> refModel;
    private readonly IGenerator generator;
    private readonly IReadOnlyList<RewardFunc> rewardFuncs;
    private readonly optim.Optimizer optimizer;

    public GRPOTrainer(GRPOConfig args, nn.Module<Tensor, Tensor, Tensor> model, nn.Module<Tensor, Tensor, Tensor> refModel,
        IGenerator generator, IReadOnlyList<RewardFunc> rewardFuncs)
    {
        this.args = args;
        this.model = model;
        this.refModel = refModel;
        this.generator = generator;
        this.rewardFuncs = rewardFuncs;
        optimizer = optim.AdamW(model.parameters(), lr: args.LearningRate, weight_decay: 0.01);
    }

    private Tensor GetPerTokenLogps(nn.Module<Tensor, Tensor, Tensor> m, Tensor ids, Tensor attention, long logitsToKeep)
    {
        var logits = m.call(ids, attention);
        logits = logits.narrow(1, ids.shape[1] - logitsToKeep - 1, logitsToKeep) / args.Temperature;
        var target = ids.narrow(1, ids.shape[1] - logitsToKeep, logitsToKeep);
        return logits.log_softmax(-1).gather(-1, target.unsqueeze(-1)).squeeze(-1);
    }

    private Inputs GenerateAndScoreCompletions(IReadOnlyList<string> prompts)
    {
        using var _ = no_grad();
        var repeated = prompts.SelectMany(p => Enumerable.Repeat(p, args.NumGenerations)).ToList();
        var (ids, attention, completionMask, texts) = generator.Generate(repeated, args.Temperature);
        var keep = completionMask.shape[1];
        var oldLogps = GetPerTokenLogps(model, ids, attention, keep);
        var refLogps = GetPerTokenLogps(refModel, ids, attention, keep);

        var rewards = tensor(repeated.Select((p, i) => rewardFuncs[0](p, texts[i])).ToArray());
        var grouped = rewards.view(-1, args.NumGenerations);
        var meanGroupedRewards = grouped.mean(new long[] { 1 }).repeat_interleave(args.NumGenerations, 0);
        var stdGroupedRewards = grouped.std(1).repeat_interleave(args.NumGenerations, 0);
        var advantages = {|GRPO002:(rewards - meanGroupedRewards) / (stdGroupedRewards + 1e-4)|};
        return new Inputs(ids, attention, completionMask, advantages, oldLogps, refLogps);
    }

    private Tensor ComputeLoss(Inputs inputs)
    {
        var mask = inputs.CompletionMask;
        var perTokenLogps = GetPerTokenLogps(model, inputs.PromptCompletionIds, inputs.AttentionMask, mask.shape[1]);
        var delta = inputs.RefPerTokenLogps - perTokenLogps;
        var perTokenKl = exp(delta) - delta - 1;

        var coef1 = exp(perTokenLogps - inputs.OldPerTokenLogps);
        var coef2 = clamp(coef1, 1 - args.Epsilon, 1 + (args.EpsilonHigh ?? args.Epsilon));
        var adv = inputs.Advantages.unsqueeze(1);
        var perTokenLoss = -minimum(coef1 * adv, coef2 * adv);
        if (args.Beta != 0.0)
            perTokenLoss = perTokenLoss + args.Beta * perTokenKl;
        return {|GRPO001:((perTokenLoss * mask).sum(-1) / mask.sum(-1).clamp(min: 1.0))|}.mean();
    }

    public void Train(IEnumerable<IReadOnlyList<string>> dataloader)
    {
        foreach (var prompts in dataloader)
        {
            using var scope = NewDisposeScope();
            var inputs = GenerateAndScoreCompletions(prompts);
            for (var iteration = 0; iteration < args.NumIterations; iteration++)
            {
                optimizer.zero_grad();
                var loss = ComputeLoss(inputs);
                loss.backward();
                nn.utils.clip_grad_norm_(model.parameters(), args.MaxGradNorm);
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
