// case: own.298
// expect: GRPO001, GRPO002, GRPO003
// shape: sealed trainer with a configuration record, padded rows, text domain, file-scoped namespace
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Acme.Alignment;

public record GrpoConfig(int GroupSize = 8, int InnerEpochs = 3, double Lr = 1e-6, double ClipLow = 0.2, double ClipHigh = 0.28, double KlCoef = 0.02);

public sealed record RolloutBatch(Tensor Ids, Tensor CompletionMask, Tensor OldLogProbs, Tensor RefLogProbs, Tensor Rewards);

public interface IRolloutWorker
{
    (Tensor ids, Tensor mask) Generate(string[] prompts, int completionsPerPrompt);
    float[] Score(Tensor ids);
}

public sealed class GrpoTrainer
{
    private readonly nn.Module<Tensor, Tensor> _policy;
    private readonly nn.Module<Tensor, Tensor> _reference;
    private readonly IRolloutWorker _worker;
    private readonly GrpoConfig _config;
    private readonly optim.Optimizer _optimizer;

    public GrpoTrainer(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> reference, IRolloutWorker worker, GrpoConfig config)
    {
        _policy = policy;
        _reference = reference;
        _worker = worker;
        _config = config;
        _optimizer = optim.AdamW(policy.parameters(), lr: config.Lr, beta2: 0.95, weight_decay: 0.01);
    }

    public void Step(string[] prompts)
    {
        using var scope = NewDisposeScope();
        var batch = Collect(prompts);
        var advantages = GroupAdvantages(batch.Rewards);
        for (var epoch = 0; epoch < _config.InnerEpochs; epoch++)
        {
            using var inner = NewDisposeScope();
            var logProbs = TokenLogProbs(_policy, batch.Ids);
            var loss = Loss(batch, logProbs, advantages.unsqueeze(1));
            _optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(_policy.parameters(), 1.0);
            {|GRPO003:_optimizer.step()|};
            Console.WriteLine($"epoch {epoch} loss {loss.ToSingle():F4}");
        }
    }

    public (double reward, double meanLogProb, double length) Evaluate(string[] prompts)
    {
        using var ng = no_grad();
        using var scope = NewDisposeScope();
        var (ids, mask) = _worker.Generate(prompts, 1);
        var logProbs = TokenLogProbs(_policy, ids);
        var length = mask.sum(1);
        var perAnswer = (logProbs * mask).sum(1) / length;
        return (_worker.Score(ids).Average(), perAnswer.mean().ToDouble(), length.to_type(ScalarType.Float32).mean().ToDouble());
    }

    public void Run(IReadOnlyList<string[]> train, string[] validation, string checkpoint)
    {
        var best = double.NegativeInfinity;
        for (var i = 0; i < train.Count; i++)
        {
            Step(train[i]);
            if (i % 10 != 9) continue;
            var (reward, lp, length) = Evaluate(validation);
            Console.WriteLine($"[{i}] reward {reward:F3} logp {lp:F3} length {length:F1}");
            if (reward > best)
            {
                best = reward;
                _policy.save(checkpoint);
            }
        }
    }

    private RolloutBatch Collect(string[] prompts)
    {
        using var ng = no_grad();
        var (ids, mask) = _worker.Generate(prompts, _config.GroupSize);
        var rewards = tensor(_worker.Score(ids));
        return new RolloutBatch(ids, mask, TokenLogProbs(_policy, ids), TokenLogProbs(_reference, ids), rewards);
    }

    private Tensor GroupAdvantages(Tensor rewards)
    {
        var grouped = rewards.view(-1, _config.GroupSize);
        var mean = grouped.mean(new long[] { 1 }, keepdim: true);
        var std = grouped.std(1, keepdim: true);
        var normalized = {|GRPO002:(grouped - mean) / (std + 1e-4)|};
        return normalized.view(-1);
    }

    private Tensor Loss(RolloutBatch batch, Tensor logProbs, Tensor advantages)
    {
        var ratio = (logProbs - batch.OldLogProbs).exp();
        var clipped = ratio.clamp(1 - _config.ClipLow, 1 + _config.ClipHigh);
        var surrogate = torch.minimum(ratio * advantages, clipped * advantages);
        var delta = batch.RefLogProbs - logProbs;
        var kl = delta.exp() - delta - 1;
        var perToken = -(surrogate - _config.KlCoef * kl);
        var perSequence = {|GRPO001:(perToken * batch.CompletionMask).sum(1) / batch.CompletionMask.sum(1)|};
        return perSequence.mean();
    }

    private static Tensor TokenLogProbs(nn.Module<Tensor, Tensor> model, Tensor ids)
    {
        var logits = model.forward(ids)[TensorIndex.Colon, TensorIndex.Slice(0, -1)];
        var targets = ids[TensorIndex.Colon, TensorIndex.Slice(1)];
        return logits.log_softmax(-1).gather(-1, targets.unsqueeze(-1)).squeeze(-1);
    }
}
