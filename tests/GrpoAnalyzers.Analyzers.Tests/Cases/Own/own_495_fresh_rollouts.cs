// case: own.495
// expect: none
// shape: inner loop resamples and recomputes old log-probs each time; per-answer means and group std only logged
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Catalogue;

public interface ISampler { (Tensor ids, Tensor mask, float[] rewards) Draw(string product, int n); }

public sealed class Report
{
    public List<float> RewardStd { get; } = new();
    public List<float> ZScoreTop { get; } = new();
    public List<float> MeanLogProb { get; } = new();
}

public sealed class DescriptionTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly ISampler sampler;
    private readonly optim.Optimizer optimizer;
    public Report Report { get; } = new();

    public DescriptionTrainer(nn.Module<Tensor, Tensor> lm, ISampler sampler)
    {
        this.lm = lm;
        this.sampler = sampler;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    private Tensor Score(Tensor ids)
    {
        var next = ids.narrow(1, 1, ids.shape[1] - 1);
        return lm.call(ids).narrow(1, 0, next.shape[1]).log_softmax(-1).gather(-1, next.unsqueeze(-1)).squeeze(-1);
    }

    public void Train(string product, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            using var scope = NewDisposeScope();
            var (ids, mask, rewards) = sampler.Draw(product, 8);
            Tensor old;
            using (no_grad()) old = Score(ids);
            var r = tensor(rewards);
            var adv = (r - r.mean()).unsqueeze(1);

            var now = Score(ids);
            var ratio = exp(now - old);
            var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.25) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            Log(now.detach(), mask, r);
        }
    }

    private void Log(Tensor logProbs, Tensor mask, Tensor rewards)
    {
        using var _ = no_grad();
        var perAnswer = (logProbs * mask).sum(1) / mask.sum(1);
        var z = (rewards - rewards.mean()) / (rewards.std() + 1e-6);
        Report.MeanLogProb.Add(perAnswer.mean().ToSingle());
        Report.RewardStd.Add(rewards.std().ToSingle());
        Report.ZScoreTop.Add(z.max().ToSingle());
    }
}
