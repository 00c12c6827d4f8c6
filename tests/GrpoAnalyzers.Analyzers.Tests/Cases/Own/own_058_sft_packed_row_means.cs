// case: own.058
// expect: none
// shape: supervised fine-tuning whose examples are each averaged over their own length
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class SftTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public SftTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), lr: 2e-5, weight_decay: 0.01);
    }

    public void Train(IEnumerable<(Tensor ids, Tensor answerMask)> data, int epochs)
    {
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var (ids, answerMask) in data)
            {
                var logits = lm.call(ids.narrow(1, 0, ids.shape[1] - 1));
                var labels = ids.narrow(1, 1, ids.shape[1] - 1);
                var nll = nn.functional.cross_entropy(logits.transpose(1, 2), labels, reduction: nn.Reduction.None);
                var m = answerMask.narrow(1, 1, ids.shape[1] - 1);
                var perExample = (nll * m).sum(1) / m.sum(1).clamp(min: 1);
                var loss = perExample.mean();
                optimizer.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(lm.parameters(), 1.0);
                optimizer.step();
            }
        }
    }
}
