// case: own.233
// expect: none
// shape: the share of clipped tokens decides whether another pass follows
using System;
using TorchSharp;
using static TorchSharp.torch;

public class ClipShareTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public ClipShareTrainer(nn.Module<Tensor, Tensor> lm) => (this.lm, optimizer) = (lm, optim.Adam(lm.parameters(), 1e-6));

    public void Fit(Tensor ids, Tensor mask, Tensor old, Tensor adv, double limit)
    {
        var share = 0f;
        var passes = 0;
        do
        {
            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = (lp - old).exp();
            var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            using (no_grad())
            {
                var clipped = (ratio - 1).abs().gt(0.2).to(float32);
                share = ((clipped * mask).sum() / mask.sum()).item<float>();
            }
        }
        while (share < limit && ++passes < 10);
    }
}
