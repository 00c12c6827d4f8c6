// case: held.045
// expect: GRPO001, GRPO002
// shape: one partial class over two files, both defects in the part with the backward
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace Reasoning;

public partial class ReasoningTrainer
{
    private readonly nn.Module<Tensor, Tensor> student;
    private readonly optim.Optimizer opt;

    public ReasoningTrainer(nn.Module<Tensor, Tensor> student)
    {
        this.student = student;
        opt = optim.AdamW(student.parameters(), lr: 1e-6, beta2: 0.95);
    }

    public void Step(Tensor ids, Tensor mask, Tensor behaviour, Tensor scores, int samples)
    {
        var matrix = scores.view(-1, samples);
        var dev = matrix.subtract(matrix.mean(new long[] { 1 }, keepdim: true));
        var z = {|GRPO002:dev.divide(matrix.var(1, keepdim: true).add(1e-6).sqrt())|};
        var adv = z.reshape(-1, 1);
        var objective = Clipped(TokenLogProbs(ids), behaviour, adv);
        var perSequence = {|GRPO001:RowSum(objective, mask) / RowSum(ones_like(objective), mask)|};
        var loss = perSequence.neg().mean();
        opt.zero_grad();
        loss.backward();
        opt.step();
    }
}
