// case: own.189
// expect: none
// shape: guard in a private method on the largest ratio, token mean, centred; passes return early
using System;
using TorchSharp;
using static TorchSharp.torch;

public class GuardedRewriter
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly double ceiling;

    public GuardedRewriter(nn.Module<Tensor, Tensor> lm, double ceiling = 2.0)
    {
        this.lm = lm;
        this.ceiling = ceiling;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    private bool TooFar(Tensor ratio, Tensor mask) => torch.where(mask.gt(0), ratio, ones_like(ratio)).max().item<float>() > ceiling;

    public int Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int group, int passes)
    {
        var r = rewards.view(-1, group);
        var adv = (r - r.mean(new long[] { 1 }, true)).view(-1, 1);
        for (var pass = 0; pass < passes; pass++)
        {
            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = exp(lp - old);
            if (TooFar(ratio.detach(), mask))
                return pass;
            var loss = -(min(ratio * adv, clamp(ratio, 0.8, 1.2) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }

        return passes;
    }
}
