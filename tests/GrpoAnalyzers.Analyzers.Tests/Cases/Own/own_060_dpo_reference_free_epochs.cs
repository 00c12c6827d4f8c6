// case: own.060
// expect: none
// shape: DPO with summed log-probs, clamp on the margin, several epochs
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class DpoTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly nn.Module<Tensor, Tensor> reference;
    private readonly optim.Optimizer optimizer;

    public DpoTrainer(nn.Module<Tensor, Tensor> policy, nn.Module<Tensor, Tensor> reference)
    {
        this.policy = policy;
        this.reference = reference;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-6);
    }

    private static Tensor SequenceLogProb(nn.Module<Tensor, Tensor> m, Tensor ids, Tensor mask)
        => (m.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1) * mask).sum(1);

    public void Train(Tensor win, Tensor winMask, Tensor lose, Tensor loseMask, int epochs, double beta = 0.1)
    {
        Tensor refMargin;
        using (no_grad())
        {
            refMargin = SequenceLogProb(reference, win, winMask) - SequenceLogProb(reference, lose, loseMask);
        }

        for (var e = 0; e < epochs; e++)
        {
            var margin = SequenceLogProb(policy, win, winMask) - SequenceLogProb(policy, lose, loseMask);
            var logits = (beta * (margin - refMargin)).clamp(-15, 15);
            var loss = nn.functional.softplus(-logits).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
