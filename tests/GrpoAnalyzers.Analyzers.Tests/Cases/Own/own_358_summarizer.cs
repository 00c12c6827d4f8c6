// case: own.358
// expect: GRPO001, GRPO002, GRPO003
// shape: padded [B,T], options record, local functions, summarisation
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Summaries;

public sealed record TrainOptions
{
    public int Candidates { get; init; } = 8;
    public int InnerEpochs { get; init; } = 4;
    public double Lower { get; init; } = 0.2;
    public double Upper { get; init; } = 0.28;
    public double LearningRate { get; init; } = 1e-6;
    public float Temperature { get; init; } = 0.9f;
}

public sealed record Drafts(Tensor Ids, Tensor SummaryMask, Tensor OldLogp, Tensor Rouge) : IDisposable
{
    public void Dispose()
    {
        Ids.Dispose();
        SummaryMask.Dispose();
        OldLogp.Dispose();
        Rouge.Dispose();
    }
}

public interface IArticleSampler
{
    Drafts Draft(nn.Module<Tensor, Tensor> model, int articles, int candidates, float temperature);
}

public sealed class SummaryTrainer
{
    private readonly nn.Module<Tensor, Tensor> _lm;
    private readonly IArticleSampler _sampler;
    private readonly TrainOptions _opt;
    private readonly optim.Optimizer _adam;

    public SummaryTrainer(nn.Module<Tensor, Tensor> lm, IArticleSampler sampler, TrainOptions opt)
    {
        _lm = lm;
        _sampler = sampler;
        _opt = opt;
        _adam = optim.AdamW(lm.parameters(), lr: opt.LearningRate, weight_decay: 0.01);
    }

    public void Run(int rounds, int articlesPerRound)
    {
        for (var round = 0; round < rounds; round++)
        {
            using var scope = NewDisposeScope();
            using var drafts = _sampler.Draft(_lm, articlesPerRound, _opt.Candidates, _opt.Temperature);
            var adv = Score(drafts.Rouge);

            for (var e = 0; e < _opt.InnerEpochs; e++)
            {
                _adam.zero_grad();
                var logp = TokenLogp(drafts.Ids);
                var ratio = (logp - drafts.OldLogp).exp();
                var free = ratio * adv;
                var held = ratio.clamp(1 - _opt.Lower, 1 + _opt.Upper) * adv;
                var objective = PerSummary(minimum(free, held), drafts.SummaryMask);
                var loss = -objective.mean();
                loss.backward();
                nn.utils.clip_grad_norm_(_lm.parameters(), 1.0);
                {|GRPO003:_adam.step()|};
            }
            Console.WriteLine($"round {round}: rouge {drafts.Rouge.mean().item<float>():F3}");
        }

        Tensor Score(Tensor rouge)
        {
            var g = rouge.view(-1, _opt.Candidates);
            var mu = g.mean(new long[] { 1 }, keepdim: true);
            var sigma = g.std(1, unbiased: true, keepdim: true);
            return {|GRPO002:((g - mu) / (sigma + 1e-4))|}.reshape(-1, 1).detach();
        }

        static Tensor PerSummary(Tensor token, Tensor mask)
            => {|GRPO001:(token * mask).sum(1) / mask.sum(1).clamp(min: 1)|};
    }

    private Tensor TokenLogp(Tensor ids)
    {
        var logits = _lm.forward(ids).narrow(1, 0, ids.shape[1] - 1);
        var targets = ids.narrow(1, 1, ids.shape[1] - 1).unsqueeze(-1);
        return F.log_softmax(logits, -1).gather(-1, targets).squeeze(-1);
    }
}
