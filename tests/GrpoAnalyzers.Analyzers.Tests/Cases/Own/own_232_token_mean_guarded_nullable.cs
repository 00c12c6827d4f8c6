// case: own.232
// expect: none
// shape: token mean, centring, guard behind a nullable threshold after the step
using System;
using TorchSharp;
using static TorchSharp.torch;

public class NullableGuard
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly float? targetKl;

    public NullableGuard(nn.Module<Tensor, Tensor> lm, float? targetKl = 0.02f)
    {
        this.lm = lm;
        this.targetKl = targetKl;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g, int epochs)
    {
        var t = rewards.view(-1, g);
        var adv = (t - t.mean(new long[] { 1 }, true)).view(-1, 1);
        for (var e = 0; e < epochs; e++)
        {
            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var logRatio = lp - old;
            var ratio = logRatio.exp();
            var loss = -(minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            var kl = ((ratio.detach() - 1 - logRatio.detach()) * mask).sum() / mask.sum();
            if (targetKl.HasValue && kl.item<float>() > targetKl.Value)
                break;
        }
    }
}
