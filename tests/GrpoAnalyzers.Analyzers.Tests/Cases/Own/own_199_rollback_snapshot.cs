// case: own.199
// expect: none
// shape: after each pass the weights are restored and the passes end when KL is too large
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SnapshotTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly float bound;

    public SnapshotTrainer(nn.Module<Tensor, Tensor> lm, float bound)
    {
        this.lm = lm;
        this.bound = bound;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    private Tensor LogProbs(Tensor ids) => lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    public void Improve(Tensor ids, Tensor mask, Tensor old, Tensor adv, int passes)
    {
        for (var p = 0; p < passes; p++)
        {
            var saved = lm.parameters().Select(w => w.detach().clone()).ToList();
            var ratio = exp(LogProbs(ids) - old);
            var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            using (no_grad())
            {
                var kl = ((old - LogProbs(ids)) * mask).sum() / mask.sum();
                if (kl.item<float>() > bound)
                {
                    foreach (var (w, s) in lm.parameters().Zip(saved))
                        w.copy_(s);
                    return;
                }
            }
        }
    }
}
