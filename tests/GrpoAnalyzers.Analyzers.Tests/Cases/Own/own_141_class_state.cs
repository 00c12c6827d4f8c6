// case: own.141
// expect: GRPO001, GRPO003
// shape: state in nullable fields, a do-while over updates, methods for every operator
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Q02;

public class GrpoRunner : IDisposable
{
    private Module<Tensor, Tensor> actor;
    private optim.Optimizer? opt;
    private Tensor? oldLogProbs;
    private Tensor? advantages;
    private Tensor? completionMask;
    private readonly int updatesPerRollout;

    public GrpoRunner(Module<Tensor, Tensor> actor, int updatesPerRollout = 4)
    {
        this.actor = actor;
        this.updatesPerRollout = updatesPerRollout;
        Setup();
    }

    private void Setup()
    {
        opt = optim.Adam(actor.parameters(), lr: 1e-5);
    }

    private Tensor Logps(Tensor x)
    {
        var l = actor.forward(x);
        var z = l - l.logsumexp(-1, keepdim: true);
        return z.gather(-1, x.unsqueeze(-1)).squeeze(-1);
    }

    public void Collect(Tensor x, Tensor mask, Tensor scores)
    {
        using (inference_mode())
        {
            oldLogProbs = Logps(x).clone();
        }

        completionMask = mask;
        var m = scores.mean();
        advantages = (scores - m).unsqueeze(1);
    }

    public void Optimise(Tensor x)
    {
        int done = 0;
        do
        {
            opt!.zero_grad();
            var l = Loss(x);
            l.backward();
            {|GRPO003:opt.step()|};
            l.Dispose();
        }
        while (++done < updatesPerRollout);
    }

    private Tensor Loss(Tensor x)
    {
        var ratio = torch.exp(Logps(x) - oldLogProbs!);
        var s1 = ratio.mul(advantages!);
        var s2 = ratio.clamp(0.8, 1.2).mul(advantages!);
        var s = torch.minimum(s1, s2).mul(completionMask!);
        var perSeq = {|GRPO001:s.sum(1).div(completionMask!.sum(1).add(1e-8))|};
        return perSeq.mean().neg();
    }

    public void Dispose() => opt?.Dispose();
}
