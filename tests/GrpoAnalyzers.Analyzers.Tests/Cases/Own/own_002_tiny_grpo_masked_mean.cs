// case: own.002
// expect: GRPO001, GRPO002
// shape: generic masked mean called with the last dimension; one prompt's rewards as [G,1]
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class TinyGrpo
{
    private const int EpochsPerStep = 1;
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;
    private readonly double klWeight = 0.01;

    public TinyGrpo(nn.Module<Tensor, Tensor> model)
    {
        this.model = model;
        optimizer = torch.optim.Adam(model.parameters(), lr: 5e-6);
    }

    private static Tensor MaskedMean(Tensor x, Tensor mask, long? dim = null)
    {
        if (mask is null)
        {
            return x.mean();
        }

        return dim is long d
            ? (x * mask).sum(d) / mask.sum(d)
            : (x * mask).sum() / mask.sum();
    }

    private static Tensor GroupAdvantages(Tensor returns, float eps = 1e-8f)
        => {|GRPO002:(returns - returns.mean()) / (returns.std() + eps)|};

    private static Tensor ApproxKl(Tensor logProbs, Tensor logProbsRef, Tensor mask)
    {
        var logRatio = (logProbsRef - logProbs) * mask;
        return logRatio.exp() - logRatio - 1;
    }

    private Tensor SequenceLogProbs(Tensor ids)
    {
        var logits = model.call(ids).narrow(1, 0, ids.shape[1] - 1);
        var targets = ids.narrow(1, 1, ids.shape[1] - 1);
        return nn.functional.log_softmax(logits, -1).gather(-1, targets.unsqueeze(-1)).squeeze(-1);
    }

    public float TrainOnQuestion(Tensor sequenceIds, Tensor returns, Tensor actionMask, Tensor refLogProbs)
    {
        Tensor oldLogProbs;
        using (no_grad())
        {
            oldLogProbs = SequenceLogProbs(sequenceIds);
        }

        var advantages = GroupAdvantages(returns);
        var last = 0f;
        for (var e = 0; e < EpochsPerStep; e++)
        {
            optimizer.zero_grad();
            var logProbs = SequenceLogProbs(sequenceIds);
            var kl = ApproxKl(logProbs, refLogProbs, actionMask);
            var ratio = (logProbs - oldLogProbs).exp();
            var surr1 = ratio * advantages;
            var surr2 = ratio.clamp(0.8, 1.2) * advantages;
            var loss = -torch.min(surr1, surr2) + klWeight * kl;
            loss = {|GRPO001:MaskedMean(loss, actionMask, dim: -1)|}.mean();
            if (!loss.isfinite().item<bool>())
            {
                continue;
            }

            loss.backward();
            nn.utils.clip_grad_norm_(model.parameters(), 1.0);
            optimizer.step();
            last = loss.item<float>();
        }

        return last;
    }
}
