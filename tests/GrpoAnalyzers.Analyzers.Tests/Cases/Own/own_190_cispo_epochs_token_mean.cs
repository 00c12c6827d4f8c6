// case: own.190
// expect: none
// shape: CISPO with detached clipped weight, several epochs, token mean, centred group rewards
using System;
using TorchSharp;
using static TorchSharp.torch;

public class CispoTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;

    public double UpperBound { get; init; } = 3.0;
    public int Epochs { get; init; } = 2;

    public CispoTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    public void Train(Tensor ids, Tensor mask, Tensor behaviour, Tensor rewards, int siblings)
    {
        var table = rewards.reshape(-1, siblings);
        var adv = (table - table.mean(new long[] { 1 }, keepdim: true)).reshape(-1, 1);
        var all = mask.sum();
        for (var e = 0; e < Epochs; e++)
        {
            using var scope = NewDisposeScope();
            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var weight = (lp - behaviour).exp().clamp(max: UpperBound).detach();
            var loss = -(weight * adv * lp * mask).sum() / all;
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
