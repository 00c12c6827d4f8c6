// case: own.372
// expect: GRPO001, GRPO002, GRPO003
// shape: chat assistant, several rewards, options record, yielded epochs, local function loss
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace ChatTuning;

public sealed record TunerOptions(int Completions = 8, int Passes = 4, float Clip = 0.2f, double Rate = 1e-6);

public sealed record Conversation(Tensor Ids, Tensor ReplyMask, string[] Replies);

public interface IReward { float Weight { get; } float Judge(string reply); }

public sealed class PolitenessReward : IReward
{
    public float Weight => 0.3f;
    public float Judge(string reply) => reply.Contains("please", StringComparison.OrdinalIgnoreCase) ? 1f : 0f;
}

public sealed class BrevityReward : IReward
{
    public float Weight => 0.7f;
    public float Judge(string reply) => MathF.Exp(-reply.Length / 400f);
}

public sealed class ChatTuner
{
    private readonly nn.Module<Tensor, Tensor> _lm;
    private readonly IReadOnlyList<IReward> _rewards;
    private readonly TunerOptions _o;
    private readonly optim.Optimizer _adam;

    public ChatTuner(nn.Module<Tensor, Tensor> lm, IReadOnlyList<IReward> rewards, TunerOptions options)
    {
        _lm = lm;
        _rewards = rewards;
        _o = options;
        _adam = optim.AdamW(lm.parameters(), lr: options.Rate, weight_decay: 0.01);
    }

    private Tensor TokenLogProbs(Tensor ids)
    {
        var logits = _lm.call(ids[.., ..^1]);
        return nn.functional.log_softmax(logits, -1).gather(-1, ids[.., 1..].unsqueeze(-1)).squeeze(-1);
    }

    private Tensor Score(Conversation c)
    {
        float[] totals = c.Replies.Select(r => _rewards.Sum(w => w.Weight * w.Judge(r))).ToArray();
        return tensor(totals);
    }

    // ids: [prompts * Completions, T]
    public IEnumerable<float> Fit(Conversation c)
    {
        Tensor old;
        using (no_grad())
            old = TokenLogProbs(c.Ids).detach();

        var mask = c.ReplyMask[.., 1..].to_type(ScalarType.Float32);
        var grouped = Score(c).view(-1, _o.Completions);
        var spread = grouped.std(1, keepdim: true) + 1e-4f;
        var advantage = {|GRPO002:((grouped - grouped.mean(new long[] { 1 }, true)) / spread)|}.reshape(-1, 1);

        Tensor Objective()
        {
            var r = (TokenLogProbs(c.Ids) - old).exp();
            var worst = torch.minimum(r * advantage, r.clamp(1 - _o.Clip, 1 + _o.Clip) * advantage) * mask;
            var perReply = {|GRPO001:worst.sum(-1) / mask.sum(-1).clamp_min(1)|};
            return -perReply.mean();
        }

        for (int pass = 0; pass < _o.Passes; pass++)
        {
            _adam.zero_grad();
            var loss = Objective();
            loss.backward();
            nn.utils.clip_grad_norm_(_lm.parameters(), 1.0);
            {|GRPO003:_adam.step()|};
            yield return loss.ToSingle();
        }
    }
}
