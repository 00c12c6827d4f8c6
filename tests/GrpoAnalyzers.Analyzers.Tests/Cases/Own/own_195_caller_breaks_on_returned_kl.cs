// case: own.195
// expect: none
// shape: update returns a record with the KL, orchestrating method stops the remaining epochs
using System;
using TorchSharp;
using static TorchSharp.torch;

public readonly record struct UpdateInfo(float Loss, float Kl);

public class OrchestratedTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    public float MaxKl { get; set; } = 0.05f;

    public OrchestratedTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    public void Train(Tensor ids, Tensor mask, Tensor old, Tensor adv, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            var info = Update(ids, mask, old, adv);
            Console.WriteLine($"{e}: {info.Loss} {info.Kl}");
            if (info.Kl > MaxKl)
                break;
        }
    }

    private UpdateInfo Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var logRatio = lp - old;
        var ratio = logRatio.exp();
        var loss = (-min(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        var kl = (((ratio - 1 - logRatio) * mask).sum() / mask.sum()).item<float>();
        return new UpdateInfo(loss.item<float>(), kl);
    }
}
