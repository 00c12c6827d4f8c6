// case: own.044
// expect: GRPO003
// shape: clip written with where on both sides, pessimistic pick by where on the advantage's sign
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class WhereClip
{
    private readonly nn.Module<Tensor, Tensor> f;
    private readonly optim.Optimizer opt;

    public WhereClip(nn.Module<Tensor, Tensor> f)
    {
        this.f = f;
        opt = optim.Adam(f.parameters(), lr: 1e-4, amsgrad: true);
    }

    public void Do(Tensor x, Tensor y, Tensor q, Tensor adv, int repeats)
    {
        var hi = 1.25;
        var lo = 0.75;
        for (var k = repeats; k > 0; k--)
        {
            var p = nn.functional.log_softmax(f.call(x), 1).gather(1, y.view(-1, 1)).view(-1);
            var ratio = exp(p - q);
            var upper = where(ratio.gt(hi), full_like(ratio, hi), ratio);
            var both = where(upper.lt(lo), full_like(upper, lo), upper);
            var a1 = ratio * adv;
            var a2 = both * adv;
            var objective = where(a1.lt(a2), a1, a2).mean();
            opt.zero_grad();
            (objective * -1).backward();
            {|GRPO003:opt.step()|};
        }
    }
}
