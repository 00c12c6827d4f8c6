// case: own.144
// expect: GRPO001
// shape: a loop over rows cut to their lengths, cross entropy for the log-probability, the sum divided by the length
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Q05;

public class RowTrainer
{
    private nn.Module<Tensor, Tensor> net;
    private optim.Optimizer o;

    public RowTrainer(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        o = optim.RMSProp(net.parameters(), 1e-4);
    }

    public void UseAdam() => o = optim.Adam(net.parameters(), 1e-4);

    public Tensor Loss(Tensor ids, Tensor lengths, Tensor oldLp, float[] advantage)
    {
        var logits = net.call(ids);
        Tensor acc = zeros(1);
        long n = ids.shape[0];
        for (long i = 0; i < n; i++)
        {
            long len = lengths[i].item<long>();
            var row = logits[i].narrow(0, 0, len);
            var target = ids[i].narrow(0, 0, len);
            var nll = F.cross_entropy(row, target, reduction: nn.Reduction.None);
            var ratio = (-nll - oldLp[i].narrow(0, 0, len)).exp();
            var a = advantage[i];
            var seq = torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
            acc = acc - {|GRPO001:seq.sum() / len|};
        }

        return acc / n;
    }

    public void Train(Tensor ids, Tensor lengths, Tensor oldLp, float[] advantage)
    {
        o.zero_grad();
        Loss(ids, lengths, oldLp, advantage).backward();
        o.step();
    }
}
