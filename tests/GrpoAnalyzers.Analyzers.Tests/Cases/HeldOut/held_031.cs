// case: held.031
// expect: GRPO002
// shape: advantages produced by layer_norm over the group axis
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class LayerNormAdvantage
{
    private readonly nn.Module<Tensor, Tensor> m;
    private readonly optim.Optimizer o;

    public LayerNormAdvantage(nn.Module<Tensor, Tensor> m) => (this.m, o) = (m, optim.AdamW(m.parameters(), lr: 1e-6));

    public void Update(Tensor ids, Tensor mask, Tensor rewards, long group)
    {
        var a = {|GRPO002:nn.functional.layer_norm(rewards.view(-1, group), new[] { group })|}.view(-1, 1);
        var lp = m.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - lp.detach()).exp();
        var loss = -(ratio * a * mask).sum() / mask.sum();
        o.zero_grad();
        loss.backward();
        o.step();
    }
}
