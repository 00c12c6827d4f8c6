// case: own.264
// expect: GRPO002, GRPO003
// shape: L2 norm after centring, ragged, iterator, division by the group's tokens (no 001)
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dialog;

/// <summary>Answers of different length are kept as separate tensors; the loss divides by the tokens of the whole group.</summary>
public sealed class RaggedUpdater
{
    public sealed record Reply(Tensor Ids, int PromptLength, Tensor OldLogProbs, float Score);

    private readonly nn.Module<Tensor, Tensor> _lm;
    private readonly optim.Optimizer _opt;
    private readonly Action<string> _log;

    public RaggedUpdater(nn.Module<Tensor, Tensor> lm, Action<string> log)
    {
        _lm = lm;
        _log = log;
        _opt = optim.Adam(lm.parameters(), 8e-6, beta1: 0.9, beta2: 0.95);
    }

    public int Epochs { get; init; } = 3;
    public (double lo, double hi) Bounds { get; init; } = (0.8, 1.2);

    private static Tensor UnitNorm(IEnumerable<float> scores)
    {
        var s = as_tensor(scores.ToArray());
        s = s - s.mean();
        return {|GRPO002:s / (s.norm() + 1e-8)|};
    }

    private IEnumerable<Tensor> TokenTerms(IReadOnlyList<Reply> replies, Tensor weights)
    {
        for (var i = 0; i < replies.Count; i++)
        {
            var r = replies[i];
            var n = r.Ids.shape[0] - r.PromptLength;
            var rows = _lm.call(r.Ids.unsqueeze(0)).select(0, 0).narrow(0, r.PromptLength - 1, n);
            var now = rows.log_softmax(-1).gather(-1, r.Ids.narrow(0, r.PromptLength, n).unsqueeze(-1)).squeeze(-1);
            var q = torch.exp(now - r.OldLogProbs);
            yield return torch.minimum(q * weights[i], q.clamp(Bounds.lo, Bounds.hi) * weights[i]);
        }
    }

    public void Update(IReadOnlyList<Reply> replies)
    {
        var weights = UnitNorm(replies.Select(r => r.Score));
        var tokens = replies.Sum(r => r.OldLogProbs.numel());
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            using var _ = NewDisposeScope();
            _opt.zero_grad();
            var all = torch.cat(TokenTerms(replies, weights).ToList());
            var loss = -all.sum() / tokens;
            loss.backward();
            {|GRPO003:_opt.step()|};
        }
        _log($"{replies.Count} replies, {tokens} tokens, best score {replies.Max(r => r.Score):F2}");
    }
}
