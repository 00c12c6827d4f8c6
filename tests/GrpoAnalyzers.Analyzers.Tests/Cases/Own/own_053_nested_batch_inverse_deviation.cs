// case: own.053
// expect: GRPO002
// shape: a nested batch type carries the centred advantage; the inverse deviation is multiplied onto each completion's loss
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class NestedBatchTrainer
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public NestedBatchTrainer(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.AdamW(net.parameters(), lr: 1e-6);
    }

    public void Update(List<Tensor> ids, List<Tensor> logp, double[] rewards)
    {
        var n = rewards.Length;
        double total = 0, totalSquared = 0;
        for (var i = 0; i < n; i++)
        {
            total += rewards[i];
            totalSquared += rewards[i] * rewards[i];
        }

        var mean = total / n;
        var variance = totalSquared / n - mean * mean;
        var loss = zeros(1);
        for (var i = 0; i < n; i++)
        {
            var a = new Batch(ids[i], logp[i], rewards[i] - mean);
            var lp = net.call(a.Ids.unsqueeze(0)).squeeze(0).log_softmax(-1).gather(1, a.Ids.unsqueeze(1)).squeeze(1);
            var ratio = (lp - a.LogProbs).exp();
            var surrogate = minimum(ratio * a.Centred, ratio.clamp(0.8, 1.2) * a.Centred);
            loss = loss - {|GRPO002:surrogate.sum() * (1.0 / Math.Sqrt(variance + 1e-8))|};
        }

        loss = loss / 1024;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }

    private sealed class Batch
    {
        public Batch(Tensor ids, Tensor logProbs, double centred)
        {
            Ids = ids;
            LogProbs = logProbs;
            Centred = centred;
        }

        public Tensor Ids { get; }

        public Tensor LogProbs { get; }

        public double Centred { get; }
    }
}
