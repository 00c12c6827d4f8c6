// case: own.186
// expect: none
// shape: supervised fine-tuning that averages each example before the batch, several epochs with AdamW
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public class InstructionTuner
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public InstructionTuner(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), lr: 2e-5, weight_decay: 0.1);
    }

    public IEnumerable<float> Train(IReadOnlyList<(Tensor ids, Tensor mask)> data, int epochs)
    {
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var (ids, mask) in data)
            {
                using var scope = NewDisposeScope();
                var x = ids.narrow(1, 0, ids.shape[1] - 1);
                var y = ids.narrow(1, 1, ids.shape[1] - 1);
                var m = mask.narrow(1, 1, ids.shape[1] - 1);
                var nll = lm.call(x).log_softmax(-1).gather(-1, y.unsqueeze(-1)).squeeze(-1).neg();
                var perExample = (nll * m).sum(1) / m.sum(1).clamp_min(1);
                var loss = perExample.mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                yield return loss.item<float>();
            }
        }
    }
}
