// case: own.014
// expect: GRPO001
// shape: CISPO weights with a row mean, several epochs: its clip stops no gradient
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class CispoTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    public int Epochs { get; set; } = 2;
    public double MaxWeight { get; set; } = 5.0;

    public CispoTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    public void Train(Tensor ids, Tensor mask, Tensor behaviour, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var adv = (r - r.mean(new long[] { 1 }, keepdim: true)).reshape(-1, 1);
        for (var e = 0; e < Epochs; e++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var w = (lp - behaviour).exp().clamp(max: MaxWeight).detach();
            var perToken = -(w * adv * lp);
            var perSeq = {|GRPO001:(perToken * mask).sum(1) / mask.sum(1).clamp(min: 1)|};
            var loss = perSeq.mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
