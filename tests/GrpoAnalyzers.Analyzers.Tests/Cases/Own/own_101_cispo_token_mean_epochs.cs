// case: own.101
// expect: none
// shape: CISPO with a token mean, several epochs and centred advantages
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class CispoTokenMean
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public CispoTokenMean(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    public void Train(Tensor ids, Tensor mask, Tensor old, Tensor adv, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            Tensor weight;
            using (no_grad())
            {
                weight = (lp - old).exp().clamp(max: 1.28);
            }

            var loss = -(weight * adv * lp * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
