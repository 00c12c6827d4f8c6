// case: own.152
// expect: GRPO001, GRPO002, GRPO003
// shape: static maths class with the whole loss, options record with an iteration count, trainer that only loops
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Reasoning.Rl;

public sealed record RlOptions(int GroupSize = 8, int InnerIterations = 3, double ClipLow = 0.2, double ClipHigh = 0.28, double Lr = 1e-6);

public sealed record RolloutBatch(Tensor Tokens, Tensor ResponseMask, Tensor BehaviourLogProbs, Tensor Scores);

public static class PolicyMath
{
    public static Tensor TokenLogProbs(nn.Module<Tensor, Tensor> lm, Tensor tokens)
    {
        var logits = lm.call(tokens.narrow(1, 0, tokens.shape[1] - 1));
        var next = tokens.narrow(1, 1, tokens.shape[1] - 1);
        return nn.functional.log_softmax(logits, -1).gather(-1, next.unsqueeze(-1)).squeeze(-1);
    }

    public static Tensor GroupAdvantages(Tensor scores, int groupSize)
    {
        var table = scores.reshape(-1, groupSize);
        var centre = table.mean(new long[] { 1 }, keepdim: true);
        var spread = table.std(1, unbiased: false, keepdim: true);
        return {|GRPO002:(table - centre) / (spread + 1e-6).reshape(-1)|};
    }

    public static Tensor ClippedLoss(Tensor current, Tensor behaviour, Tensor advantages, Tensor mask, RlOptions options)
    {
        var logRatio = current - behaviour;
        var ratio = logRatio.exp();
        var bounded = ratio.clamp(1 - options.ClipLow, 1 + options.ClipHigh);
        var weights = advantages.unsqueeze(1);
        var perToken = -torch.minimum(ratio * weights, bounded * weights);
        var perAnswer = {|GRPO001:(perToken * mask).sum(dim: 1) / mask.sum(dim: 1).clamp(min: 1)|};
        return perAnswer.mean();
    }
}

public sealed class ReasoningTrainer
{
    private readonly nn.Module<Tensor, Tensor> _lm;
    private readonly optim.Optimizer _optimizer;
    private readonly RlOptions _options;
    private readonly Func<nn.Module<Tensor, Tensor>, int, RolloutBatch> _sample;

    public ReasoningTrainer(nn.Module<Tensor, Tensor> lm, RlOptions options, Func<nn.Module<Tensor, Tensor>, int, RolloutBatch> sample)
    {
        _lm = lm;
        _options = options;
        _sample = sample;
        _optimizer = optim.AdamW(lm.parameters(), lr: options.Lr, weight_decay: 0.01);
    }

    public void Run(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            using var roundScope = NewDisposeScope();
            var batch = _sample(_lm, _options.GroupSize);
            var advantages = PolicyMath.GroupAdvantages(batch.Scores, _options.GroupSize);
            for (var inner = 0; inner < _options.InnerIterations; inner++)
            {
                using var innerScope = NewDisposeScope();
                var current = PolicyMath.TokenLogProbs(_lm, batch.Tokens);
                var loss = PolicyMath.ClippedLoss(current, batch.BehaviourLogProbs, advantages, batch.ResponseMask, _options);
                _optimizer.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(_lm.parameters(), 1.0);
                {|GRPO003:_optimizer.step()|};
            }

            Console.WriteLine($"round {round}: score {batch.Scores.mean().item<float>():F3}");
        }
    }
}
