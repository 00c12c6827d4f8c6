// case: own.280
// expect: none
// shape: centring, constant normaliser, one update, std and lengths as metrics
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Olympiad;

public sealed record StepReport(double Reward, double RewardStd, double MeanLength, double GradNorm);

public sealed class OlympiadTrainer
{
    private readonly nn.Module<Tensor, Tensor> _policy;
    private readonly AdamW _optimizer;
    private readonly long _maxNewTokens;
    private readonly long _group;

    public OlympiadTrainer(nn.Module<Tensor, Tensor> policy, long maxNewTokens = 1024, long group = 16)
    {
        _policy = policy;
        _maxNewTokens = maxNewTokens;
        _group = group;
        _optimizer = optim.AdamW(policy.parameters(), lr: 1e-6, weight_decay: 0.0);
    }

    private Tensor LogProbs(Tensor ids)
    {
        var logits = _policy.call(ids.narrow(1, 0, ids.shape[1] - 1));
        return logits.log_softmax(-1).gather(-1, ids.narrow(1, 1, ids.shape[1] - 1).unsqueeze(-1)).squeeze(-1);
    }

    public StepReport Step(Tensor ids, Tensor mask, Tensor rewards)
    {
        using var scope = NewDisposeScope();
        var table = rewards.view(-1, _group);
        var mean = table.mean(new[] { 1L }, keepdim: true);
        var std = table.std(1, keepdim: true);
        var advantages = (table - mean).view(-1, 1);

        var logp = LogProbs(ids);
        var ratio = (logp - logp.detach()).exp();
        var surrogate = torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages);

        // every completion is divided by the same number
        var loss = -((surrogate * mask).sum(1) / _maxNewTokens).mean();

        _optimizer.zero_grad();
        loss.backward();
        var norm = nn.utils.clip_grad_norm_(_policy.parameters(), 1.0);
        _optimizer.step();

        var lengths = mask.sum(1);
        return new StepReport(rewards.mean().ToDouble(), std.mean().ToDouble(), lengths.mean().ToDouble(), norm);
    }

    public static void Print(IEnumerable<StepReport> reports)
    {
        foreach (var (r, i) in reports.Select((r, i) => (r, i)))
            Console.WriteLine($"{i,6} reward {r.Reward:F3} ± {r.RewardStd:F3}  length {r.MeanLength:F0}  |g| {r.GradNorm:F2}");
    }
}
