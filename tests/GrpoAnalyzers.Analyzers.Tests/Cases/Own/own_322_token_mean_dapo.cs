// case: own.322
// expect: GRPO002, GRPO003
// shape: DAPO-like token mean with asymmetric clip, zero-variance filter, deviation division, minibatches x epochs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace DapoPort;

public class DapoArguments
{
    public int NumGenerations { get; set; } = 8;
    public double EpsilonLow { get; set; } = 0.2;
    public double EpsilonHigh { get; set; } = 0.28;
    public int NumIterations { get; set; } = 2;
    public int MiniBatches { get; set; } = 4;
    public double LearningRate { get; set; } = 1e-6;
}

public class DapoTrainer
{
    private readonly DapoArguments args;
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public Dictionary<string, List<float>> Metrics { get; } = new() { ["loss"] = new(), ["reward"] = new() };

    public DapoTrainer(nn.Module<Tensor, Tensor> model, DapoArguments args)
    {
        this.model = model;
        this.args = args;
        optimizer = optim.AdamW(model.parameters(), lr: args.LearningRate, weight_decay: 0.1);
    }

    private Tensor GetPerTokenLogps(Tensor inputIds)
    {
        var logits = model.forward(inputIds);
        logits = logits[TensorIndex.Ellipsis, TensorIndex.Slice(null, -1), TensorIndex.Colon];
        var labels = inputIds[TensorIndex.Ellipsis, TensorIndex.Slice(1, null)];
        return logits.gather(-1, labels.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1);
    }

    public static Tensor SoftOverlong(Tensor rewards, Tensor lengths, double maxLength, double cache)
    {
        var exceed = lengths - (maxLength - cache);
        var penalty = (exceed / cache).clamp(0, 1);
        return rewards - penalty;
    }

    public void Train(IEnumerable<(Tensor ids, Tensor mask, Tensor raw)> source, int maxLength)
    {
        int step = 0;
        foreach (var (ids, mask, raw) in source)
        {
            using var scope = NewDisposeScope();
            var lengths = mask.sum(1);
            TrainingStep(ids, mask, SoftOverlong(raw, lengths, maxLength, maxLength / 5.0));
            if (++step % 5 == 0)
            {
                var accuracy = raw.gt(0).to_type(ScalarType.Float32).mean().ToSingle();
                Console.WriteLine($"step {step} accuracy {accuracy:P1} length {lengths.mean().ToSingle():F0} loss {Metrics["loss"].TakeLast(8).DefaultIfEmpty().Average():F4}");
            }
        }
    }

    public void TrainingStep(Tensor ids, Tensor completionMask, Tensor rewards)
    {
        var byPrompt = rewards.view(-1, args.NumGenerations);
        var stdPrompt = byPrompt.std(1, keepdim: true);
        var centred = byPrompt - byPrompt.mean(new long[] { 1 }, keepdim: true);
        var advantages = {|GRPO002:(centred / (stdPrompt + 1e-4))|}.view(-1);

        var informative = stdPrompt.gt(1e-6).repeat(1, args.NumGenerations).view(-1).nonzero().squeeze(1);
        if (informative.numel() == 0) return;
        ids = ids.index_select(0, informative);
        var mask = completionMask.index_select(0, informative);
        advantages = advantages.index_select(0, informative);

        Tensor old;
        using (no_grad()) old = GetPerTokenLogps(ids);

        for (int iteration = 0; iteration < args.NumIterations; iteration++)
        {
            foreach (var idx in randperm(ids.shape[0]).chunk(args.MiniBatches))
            {
                using var scope = NewDisposeScope();
                var m = mask.index_select(0, idx);
                var adv = advantages.index_select(0, idx).unsqueeze(1);
                var coef1 = (GetPerTokenLogps(ids.index_select(0, idx)) - old.index_select(0, idx)).exp();
                var coef2 = coef1.clamp(1 - args.EpsilonLow, 1 + args.EpsilonHigh);
                var perTokenLoss = -minimum(coef1 * adv, coef2 * adv);
                var loss = (perTokenLoss * m).sum() / m.sum();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
                Metrics["loss"].Add(loss.ToSingle());
            }
        }
        Metrics["reward"].Add(rewards.mean().ToSingle());
    }
}
