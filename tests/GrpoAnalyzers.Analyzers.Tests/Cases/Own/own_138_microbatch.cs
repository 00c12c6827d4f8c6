// case: own.138
// expect: GRPO001, GRPO002, GRPO003
// shape: slices kept in a variable, micro-batches, options that choose
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Probe11;

public class Config
{
    public int PpoEpochs = 2;
    public int MicroBatch = 4;
    public float Eps = 0.2f;
    public bool NormalizeByStd = true;
    public bool TokenLevel = false;
}

public class MicroBatchTrainer
{
    readonly nn.Module<Tensor, Tensor> model;
    readonly optim.Optimizer optim_;
    readonly Config cfg;

    public MicroBatchTrainer(nn.Module<Tensor, Tensor> model, Config cfg)
    {
        this.model = model;
        this.cfg = cfg;
        optim_ = optim.AdamW(model.parameters(), lr: 2e-6);
    }

    Tensor GetLogProbs(Tensor ids) => model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    Tensor Advantages(Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var a = r - r.mean(new long[] { 1 }, keepdim: true);
        if (cfg.NormalizeByStd)
        {
            a = {|GRPO002:a / (r.std(new long[] { 1 }, keepdim: true) + 1e-4f)|};
        }

        return a.view(-1);
    }

    public void Step(Tensor ids, Tensor mask, Tensor rewards, int g)
    {
        Tensor old;
        using (no_grad()) old = GetLogProbs(ids);
        var adv = Advantages(rewards, g);
        var n = (int)ids.shape[0];
        for (var ep = 0; ep < cfg.PpoEpochs; ep++)
        {
            optim_.zero_grad();
            for (var start = 0; start < n; start += cfg.MicroBatch)
            {
                using var scope = NewDisposeScope();
                var end = Math.Min(n, start + cfg.MicroBatch);
                var sl = TensorIndex.Slice(start, end);
                var lp = GetLogProbs(ids[sl]);
                var ratio = (lp - old[sl]).exp();
                var a = adv[sl].unsqueeze(1);
                var pg = -min(ratio * a, ratio.clamp(1 - cfg.Eps, 1 + cfg.Eps) * a);
                var mk = mask[sl];
                var loss = cfg.TokenLevel
                    ? (pg * mk).sum() / mask.sum()
                    : {|GRPO001:((pg * mk).sum(1) / mk.sum(1))|}.sum() / n;
                loss.backward();
            }

            {|GRPO003:optim_.step()|};
        }
    }
}
