// case: own.011
// expect: GRPO001
// shape: a [B, N] averaging matrix with 1/length in it is multiplied onto the token objectives
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class MatrixTrainer
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public MatrixTrainer(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.RAdam(net.parameters(), lr: 1e-5);
    }

    private static Tensor AveragingMatrix(int[] lengths)
    {
        var total = lengths.Sum();
        var data = new float[lengths.Length, total];
        var offset = 0;
        for (var row = 0; row < lengths.Length; row++)
        {
            for (var k = 0; k < lengths[row]; k++)
            {
                data[row, offset + k] = {|GRPO001:1.0f / lengths[row]|};
            }

            offset += lengths[row];
        }

        return tensor(data);
    }

    public void Learn(Tensor ids, int[] lengths, Tensor sampledLp, Tensor scores)
    {
        var a = scores - scores.mean();
        var spread = cat(lengths.Select((n, i) => a[i].expand(n)).ToArray());
        var now = net.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var w = (now - sampledLp).exp();
        var terms = minimum(w * spread, w.clamp(0.8, 1.2) * spread).unsqueeze(1);
        var loss = -AveragingMatrix(lengths).matmul(terms).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
