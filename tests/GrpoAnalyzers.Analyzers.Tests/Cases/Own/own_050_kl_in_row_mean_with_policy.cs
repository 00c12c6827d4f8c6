// case: own.050
// expect: GRPO001, GRPO003
// shape: policy and k3 summed first and then divided by the row length; passes counted down by a while loop
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class K3Trainer
{
    private readonly nn.Module<Tensor, Tensor> p;
    private readonly nn.Module<Tensor, Tensor> q;
    private readonly optim.Optimizer optimizer;

    public K3Trainer(nn.Module<Tensor, Tensor> p, nn.Module<Tensor, Tensor> q)
    {
        this.p = p;
        this.q = q;
        optimizer = optim.AdamW(p.parameters(), lr: 1e-6);
    }

    public void Fit(Tensor x, Tensor m, Tensor adv, int remaining)
    {
        Tensor refLp, oldLp;
        using (no_grad())
        {
            refLp = Pick(q.call(x), x);
            oldLp = Pick(p.call(x), x);
        }

        while (remaining > 0)
        {
            var lp = Pick(p.call(x), x);
            var ratio = (lp - oldLp).exp();
            var surrogate = minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv);
            var d = refLp - lp;
            var k3 = d.exp() - d - 1;
            var perRow = torch.sum((k3.mul(0.04) - surrogate) * m, 1);
            var loss = {|GRPO001:torch.div(perRow, torch.sum(m, 1))|}.mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
            remaining--;
        }
    }

    private static Tensor Pick(Tensor logits, Tensor x) => nn.functional.log_softmax(logits, -1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
}
