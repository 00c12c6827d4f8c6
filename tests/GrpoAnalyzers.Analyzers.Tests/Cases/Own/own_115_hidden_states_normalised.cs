// case: own.115
// expect: none
// shape: hidden states are standardised per token before the head; advantages are leave-one-out
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class NormalisedHead
{
    private readonly nn.Module<Tensor, Tensor> body;
    private readonly nn.Module<Tensor, Tensor> head;
    private readonly optim.Optimizer optimizer;

    public NormalisedHead(nn.Module<Tensor, Tensor> body, nn.Module<Tensor, Tensor> head)
    {
        this.body = body;
        this.head = head;
        optimizer = optim.AdamW(body.parameters().Concat(head.parameters()), lr: 1e-5);
    }

    public void Step(Tensor ids, Tensor mask, Tensor rewards, long k)
    {
        var h = body.call(ids);
        var (std, mean) = std_mean(h, new long[] { -1 }, unbiased: false, keepdim: true);
        var logits = head.call((h - mean) / (std + 1e-5));
        var lp = logits.log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var r = rewards.view(-1, k);
        var adv = (r - (r.sum(1, keepdim: true) - r) / (k - 1)).view(-1, 1);
        var loss = -(adv * lp * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
