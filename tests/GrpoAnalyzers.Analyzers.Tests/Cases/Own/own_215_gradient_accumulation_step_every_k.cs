// case: own.215
// expect: GRPO001, GRPO003
// shape: step after every k micro-batches within epochs, row means per micro-batch
using System;
using TorchSharp;
using static TorchSharp.torch;

public class MicroBatchTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly int accumulate;

    public MicroBatchTrainer(nn.Module<Tensor, Tensor> lm, int accumulate)
    {
        this.lm = lm;
        this.accumulate = accumulate;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    public void Run(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int epochs, int micro)
    {
        var adv = (rewards - rewards.mean()).unsqueeze(1);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            optimizer.zero_grad();
            var count = 0;
            foreach (var rows in randperm(ids.shape[0]).split(micro))
            {
                using var scope = NewDisposeScope();
                var x = ids.index_select(0, rows);
                var m = mask.index_select(0, rows);
                var a = adv.index_select(0, rows);
                var lp = lm.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
                var ratio = (lp - old.index_select(0, rows)).exp();
                var token = -minimum(ratio * a, ratio.clamp(0.8, 1.2) * a);
                var rowLoss = {|GRPO001:token.masked_fill(m.eq(0), 0).sum(1) / m.sum(1)|};
                (rowLoss.mean() / accumulate).backward();
                if (++count % accumulate == 0)
                {
                    {|GRPO003:optimizer.step()|};
                    optimizer.zero_grad();
                }
            }
        }
    }
}
