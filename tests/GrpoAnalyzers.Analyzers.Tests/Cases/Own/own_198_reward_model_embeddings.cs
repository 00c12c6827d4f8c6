// case: own.198
// expect: none
// shape: reward model with mean pooling of hidden states and layer norm, Bradley-Terry loss over epochs
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

public class PooledRewardModel : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> encoder;
    private readonly LayerNorm norm;
    private readonly Linear head;

    public PooledRewardModel(nn.Module<Tensor, Tensor> encoder, long width) : base("rm")
    {
        this.encoder = encoder;
        norm = nn.LayerNorm(width);
        head = nn.Linear(width, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids, Tensor mask)
    {
        var h = encoder.call(ids);
        var m = mask.unsqueeze(-1);
        var pooled = (h * m).sum(1) / m.sum(1);
        return head.call(norm.call(pooled)).squeeze(-1);
    }
}

public class RewardModelTrainer
{
    public static void Train(PooledRewardModel model, IEnumerable<(Tensor good, Tensor goodMask, Tensor bad, Tensor badMask)> data, int epochs)
    {
        var optimizer = optim.AdamW(model.parameters(), lr: 1e-5);
        for (var e = 0; e < epochs; e++)
        {
            foreach (var d in data)
            {
                var margin = model.call(d.good, d.goodMask) - model.call(d.bad, d.badMask);
                var loss = -nn.functional.logsigmoid(margin).mean();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }
}
