// case: own.483
// expect: GRPO001, GRPO002, GRPO003
// shape: tiny-grpo style, GRPOLoss as nn.Module, Experience record, puzzle domain, masked_mean with dim
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace TinyGrpo;

record Experience(Tensor Sequences, Tensor ActionLogProbs, Tensor LogProbsRef, Tensor Advantages, Tensor ActionMask);

sealed class GRPOLoss : nn.Module
{
    readonly double clipEps, klWeight;
    public GRPOLoss(double clipEps, double klWeight) : base(nameof(GRPOLoss)) { this.clipEps = clipEps; this.klWeight = klWeight; }

    static Tensor ApproxKl(Tensor logProbs, Tensor logProbsRef, Tensor mask)
    {
        var logRatio = (logProbsRef - logProbs) * mask;
        return logRatio.exp() - logRatio - 1;
    }

    static Tensor MaskedMean(Tensor t, Tensor mask, long? dim = null) =>
        dim is long d ? (t * mask).sum(d) / mask.sum(d) : (t * mask).sum() / mask.sum();

    public (Tensor loss, Tensor kl) Call(Tensor logProbs, Experience e)
    {
        var kl = ApproxKl(logProbs, e.LogProbsRef, e.ActionMask);
        var ratio = (logProbs - e.ActionLogProbs).exp();
        var surr1 = ratio * e.Advantages;
        var surr2 = ratio.clamp(1 - clipEps, 1 + clipEps) * e.Advantages;
        var loss = -torch.min(surr1, surr2) + klWeight * kl;
        loss = {|GRPO001:MaskedMean(loss, e.ActionMask, dim: -1)|};
        return (loss.mean(), kl.mean());
    }
}

static class Train
{
    static Tensor GroupAdvantages(Tensor returns, double eps = 1e-8)
        => {|GRPO002:(returns - returns.mean()) / (returns.std() + eps)|};

    static Tensor SequencesLogProbs(nn.Module<Tensor, Tensor> model, Tensor ids)
    {
        var logits = model.call(ids.slice(1, 0, ids.shape[1] - 1, 1));
        return logits.log_softmax(-1).gather(-1, ids.slice(1, 1, ids.shape[1], 1).unsqueeze(-1)).squeeze(-1);
    }

    static Experience Rollout(nn.Module<Tensor, Tensor> model, nn.Module<Tensor, Tensor> reference, string puzzle, string oracle, int numRollouts,
        Func<string, int, (Tensor ids, Tensor mask, string[] texts)> generate)
    {
        using var ng = no_grad();
        var (ids, mask, texts) = generate(puzzle, numRollouts);
        var returns = zeros(numRollouts, 1);
        for (int i = 0; i < numRollouts; i++)
            returns[i] = texts[i].Trim() == oracle ? 1f : texts[i].Contains(oracle) ? 0.5f : 0.01f;
        return new Experience(ids, SequencesLogProbs(model, ids), SequencesLogProbs(reference, ids), GroupAdvantages(returns), mask);
    }

    public static void Main_(nn.Module<Tensor, Tensor> model, nn.Module<Tensor, Tensor> reference, IReadOnlyList<(string q, string a)> puzzles,
        Func<string, int, (Tensor, Tensor, string[])> generate)
    {
        const int groupSize = 12, rolloutsPerStep = 32, epochsPerStep = 2;
        var optimizer = optim.Adam(model.parameters(), lr: 5e-6);
        var objective = new GRPOLoss(clipEps: 0.2, klWeight: 0.01);

        foreach (var batch in puzzles.Chunk(rolloutsPerStep))
        {
            var replayBuffer = batch.Select(p => Rollout(model, reference, p.q, p.a, groupSize, generate)).ToList();

            for (int stepEpoch = 0; stepEpoch < epochsPerStep; stepEpoch++)
            {
                model.train();
                foreach (var exp in replayBuffer)
                {
                    optimizer.zero_grad();
                    var logProbs = SequencesLogProbs(model, exp.Sequences);
                    var (loss, kl) = objective.Call(logProbs, exp);
                    loss.backward();
                    var gradNorm = nn.utils.clip_grad_norm_(model.parameters(), 1.0);
                    Console.WriteLine($"{stepEpoch}: kl={kl.ToSingle():F4}, grad_norm={gradNorm:F4}");
                    {|GRPO003:optimizer.step()|};
                }
            }
        }
    }
}
