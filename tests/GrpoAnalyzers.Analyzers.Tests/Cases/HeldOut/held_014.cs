// case: held.014
// expect: none
// shape: evaluation of sequence perplexities and beam scores by length, no training
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class Evaluator
{
    private readonly nn.Module<Tensor, Tensor> model;

    public Evaluator(nn.Module<Tensor, Tensor> model) => this.model = model;

    public float[] SequencePerplexities(Tensor ids, Tensor mask)
    {
        using var guard = no_grad();
        model.eval();
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var nll = -(lp * mask).sum(1) / mask.sum(1);
        return nll.exp().data<float>().ToArray();
    }

    public int BestBeam(Tensor beams, Tensor mask, double alpha)
    {
        using var guard = no_grad();
        var lp = model.call(beams).log_softmax(-1).gather(-1, beams.unsqueeze(-1)).squeeze(-1);
        var normalised = (lp * mask).sum(1) / mask.sum(1).pow(alpha);
        return (int)normalised.argmax(0).item<long>();
    }
}
