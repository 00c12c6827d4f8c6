// case: own.249
// expect: none
// shape: base class asks a virtual predicate with the mean ratio drift after each pass
using System;
using TorchSharp;
using static TorchSharp.torch;

public class PatientTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private double drift;

    public double MaxDrift { get; set; } = 0.1;

    private bool Exhausted => drift > MaxDrift;

    public PatientTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor adv, int passes)
    {
        drift = 0;
        for (var p = 0; p < passes && !Exhausted; p++)
        {
            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = exp(lp - old);
            var loss = -(min(ratio * adv, clamp(ratio, 0.8, 1.2) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            drift = (((ratio - 1).abs() * mask).sum() / mask.sum()).item<float>();
        }
    }
}
