// case: own.245
// expect: none
// shape: minibatches are skipped when their ratio left the region, in every epoch
using System;
using TorchSharp;
using static TorchSharp.torch;

public class SkippingTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public SkippingTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    public void Train(Tensor ids, Tensor mask, Tensor old, Tensor adv, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            foreach (var rows in randperm(ids.shape[0]).split(8))
            {
                var x = ids[rows];
                var m = mask[rows];
                var lp = lm.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
                var logRatio = lp - old[rows];
                var kl = ((logRatio.exp() - 1 - logRatio) * m).sum() / m.sum();
                if (kl.item<float>() > 0.05f)
                    continue;
                var ratio = logRatio.exp();
                var loss = -(minimum(ratio * adv[rows], ratio.clamp(0.8, 1.2) * adv[rows]) * m).sum() / m.sum();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
