// case: own.139
// expect: none
// shape: preference pairs and supervised terms with length-normalised log-probabilities
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Probe12;

public sealed class PreferenceTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Module<Tensor, Tensor> reference;
    private readonly optim.Optimizer optimizer;

    public PreferenceTrainer(Module<Tensor, Tensor> policy, Module<Tensor, Tensor> reference)
    {
        this.policy = policy;
        this.reference = reference;
        optimizer = optim.AdamW(policy.parameters(), 5e-7);
    }

    private static Tensor SequenceLogProb(Module<Tensor, Tensor> model, Tensor ids, Tensor mask)
    {
        var lp = functional.log_softmax(model.call(ids), -1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        return (lp * mask).sum(-1) / mask.sum(-1);
    }

    public float TrainPair(Tensor chosen, Tensor chosenMask, Tensor rejected, Tensor rejectedMask, float beta)
    {
        var pc = SequenceLogProb(policy, chosen, chosenMask);
        var pr = SequenceLogProb(policy, rejected, rejectedMask);
        Tensor rc, rr;
        using (no_grad())
        {
            rc = SequenceLogProb(reference, chosen, chosenMask);
            rr = SequenceLogProb(reference, rejected, rejectedMask);
        }

        var margin = (pc - rc) - (pr - rr);
        var loss = -functional.logsigmoid(beta * margin).mean();
        var sft = -pc.mean();
        var total = loss + 0.1f * sft;
        optimizer.zero_grad();
        total.backward();
        optimizer.step();
        return total.item<float>();
    }
}
