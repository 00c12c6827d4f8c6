// case: own.149
// expect: none
// shape: weights are clipped and detached, several epochs
using System;
using TorchSharp;
using static TorchSharp.torch;

namespace Q10;

public sealed class CispoTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer opt;
    private readonly int epochs;

    public CispoTrainer(nn.Module<Tensor, Tensor> policy, int epochs)
    {
        this.policy = policy;
        this.epochs = epochs;
        opt = optim.AdamW(policy.parameters(), 2e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var a = (rewards - rewards.mean()).unsqueeze(1);
        for (int e = 0; e < epochs; e++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var weight = (lp - old).exp().clamp(max: 5.0).detach();
            var loss = -(weight * a * lp * mask).sum() / mask.sum();
            opt.zero_grad();
            loss.backward();
            opt.step();
        }
    }
}
