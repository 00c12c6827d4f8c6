// case: held.057
// expect: none
// shape: sentence encoder with masked mean pooling feeds an action head; REINFORCE with one action a row
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class PooledPolicy
{
    private readonly nn.Module<Tensor, Tensor> encoder;
    private readonly nn.Module<Tensor, Tensor> head;
    private readonly optim.Optimizer optimizer;

    public PooledPolicy(nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> head)
    {
        this.encoder = encoder;
        this.head = head;
        optimizer = optim.Adam(encoder.parameters().Concat(head.parameters()), lr: 1e-4);
    }

    private Tensor Pool(Tensor tokens, Tensor mask)
    {
        var h = encoder.call(tokens);
        var m = mask.unsqueeze(-1);
        return (h * m).sum(1) / m.sum(1).clamp(min: 1e-9);
    }

    public void Learn(Tensor tokens, Tensor mask, Tensor tool, Tensor payoff)
    {
        var logp = head.call(Pool(tokens, mask)).log_softmax(1).gather(1, tool.unsqueeze(1)).squeeze(1);
        var loss = -((payoff - payoff.mean()) * logp).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
