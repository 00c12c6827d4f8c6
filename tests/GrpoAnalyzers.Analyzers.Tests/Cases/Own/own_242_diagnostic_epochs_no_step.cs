// case: own.242
// expect: none
// shape: a report of the clipped objective for several thresholds under no_grad, row means included; a single training step
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public class DiagnosticTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public DiagnosticTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    private Tensor LogProbs(Tensor ids) => lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    public IDictionary<double, float> Report(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var result = new Dictionary<double, float>();
        using var off = no_grad();
        foreach (var eps in new[] { 0.1, 0.2, 0.3 })
        {
            var ratio = (LogProbs(ids) - old).exp();
            var gain = minimum(ratio * adv, ratio.clamp(1 - eps, 1 + eps) * adv);
            result[eps] = ((gain * mask).sum(1) / mask.sum(1)).mean().item<float>();
        }

        return result;
    }

    public void Train(Tensor ids, Tensor mask, Tensor adv)
    {
        var loss = -(LogProbs(ids) * adv * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
