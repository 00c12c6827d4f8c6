// case: own.207
// expect: GRPO001, GRPO002, GRPO003
// shape: out parameters for the statistics, batches from an iterator method, goto-free while with counter
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public class ChemistryTrainer
{
    private readonly nn.Module<Tensor, Tensor> smilesModel;
    private readonly optim.Optimizer optimizer;
    private const int MoleculesPerScaffold = 10;

    public ChemistryTrainer(nn.Module<Tensor, Tensor> smilesModel)
    {
        this.smilesModel = smilesModel;
        optimizer = optim.Adam(smilesModel.parameters(), lr: 1e-5);
    }

    private static void Moments(Tensor grouped, out Tensor mean, out Tensor deviation)
    {
        mean = grouped.mean(new long[] { 1 }, keepdim: true);
        deviation = grouped.sub(mean).pow(2).mean(new long[] { 1 }, keepdim: true).sqrt();
    }

    private static IEnumerable<(Tensor x, Tensor m, Tensor o, Tensor a)> Batches(Tensor ids, Tensor mask, Tensor old, Tensor adv, int size)
    {
        for (long start = 0; start < ids.shape[0]; start += size)
        {
            var n = Math.Min(size, ids.shape[0] - start);
            yield return (ids.narrow(0, start, n), mask.narrow(0, start, n), old.narrow(0, start, n), adv.narrow(0, start, n));
        }
    }

    public void Optimise(Tensor ids, Tensor mask, Tensor old, Tensor affinity, int cycles, int size)
    {
        var grouped = affinity.view(-1, MoleculesPerScaffold);
        Moments(grouped, out var mean, out var deviation);
        var adv = ({|GRPO002:(grouped - mean) / (deviation + 1e-4)|}).view(-1, 1);
        var cycle = 0;
        while (cycle < cycles)
        {
            foreach (var (x, m, o, a) in Batches(ids, mask, old, adv, size))
            {
                var lp = smilesModel.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
                var ratio = exp(lp - o);
                var loss = -({|GRPO001:(min(ratio * a, clamp(ratio, 0.8, 1.2) * a) * m).sum(1) / m.sum(1)|}).mean();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }

            cycle++;
        }
    }
}
