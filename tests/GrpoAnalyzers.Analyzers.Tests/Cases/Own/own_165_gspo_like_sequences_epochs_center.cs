// case: own.165
// expect: GRPO003
// shape: sequence ratio by product, sums of log-probs, centred rewards, two rounds over stored minibatches
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public record MiniBatch(Tensor Ids, Tensor Mask, Tensor OldSequenceLogProb, Tensor Advantage);

public class SequenceRatioTrainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly optim.Optimizer optimizer;

    public SequenceRatioTrainer(nn.Module<Tensor, Tensor> model, double lr = 1e-6)
    {
        this.model = model;
        optimizer = optim.AdamW(model.parameters(), lr);
    }

    private Tensor SequenceLogProb(Tensor ids, Tensor mask)
    {
        var lp = model.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        return (lp * mask).sum(1);
    }

    public IEnumerable<float> Train(List<MiniBatch> stored, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (ids, mask, old, adv) in stored)
            {
                var delta = (SequenceLogProb(ids, mask) - old).clamp(-10, 10);
                var s = delta.exp();
                var lower = torch.where(s.lt(0.8), full_like(s, 0.8), s);
                var bounded = torch.where(lower.gt(1.2), full_like(s, 1.2), lower);
                var loss = torch.mean(-torch.min(s * adv, bounded * adv));
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
                yield return loss.item<float>();
            }
        }
    }
}
