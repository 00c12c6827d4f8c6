// case: held.040
// expect: GRPO001, GRPO003
// shape: dual clip, value-free, two nested loops, loss from an expression-bodied member
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class DualClipTrainer
{
    private const float DualClip = 3.0f;
    private readonly nn.Module<Tensor, Tensor> pi;
    private readonly optim.Optimizer opt;

    public DualClipTrainer(nn.Module<Tensor, Tensor> pi)
    {
        this.pi = pi;
        opt = optim.Adam(pi.parameters(), lr: 1e-6);
    }

    private static Tensor PerSequence(Tensor x, Tensor m) => {|GRPO001:(x * m).sum(1) / m.sum(1).clamp(min: 1)|};

    private Tensor DualClipped(Tensor logRatio, Tensor a)
    {
        var r = logRatio.clamp(-20, 20).exp();
        var l1 = -a * r;
        var l2 = -a * r.clamp(0.8, 1.2);
        var upper = maximum(l1, l2);
        var bounded = minimum(upper, -a * DualClip);
        return where(a.lt(0), bounded, upper);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, long g, long miniBatch)
    {
        var byPrompt = rewards.view(-1, g);
        var adv = (byPrompt - byPrompt.mean(new long[] { 1 }, keepdim: true)).view(-1);
        for (var epoch = 0; epoch < 2; epoch++)
        {
            var order = randperm(ids.shape[0]);
            for (long s = 0; s < ids.shape[0]; s += miniBatch)
            {
                var pick = order.narrow(0, s, Math.Min(miniBatch, ids.shape[0] - s));
                var x = ids.index_select(0, pick);
                var m = mask.index_select(0, pick);
                var lp = pi.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
                var pt = DualClipped(lp - old.index_select(0, pick), adv.index_select(0, pick).unsqueeze(1));
                var loss = PerSequence(pt, m).mean();
                opt.zero_grad();
                loss.backward();
                {|GRPO003:opt.step()|};
            }
        }
    }
}
