// case: own.163
// expect: GRPO003
// shape: update closure stored in an Action, caller repeats it, leave-one-out, token mean
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public class SummaryTrainer
{
    private readonly nn.Module<Tensor, Tensor> summariser;
    private readonly optim.Optimizer optimizer;
    public event Action<int, float>? Reported;

    public SummaryTrainer(nn.Module<Tensor, Tensor> summariser)
    {
        this.summariser = summariser;
        this.optimizer = optim.Adamax(summariser.parameters(), lr: 1e-5);
    }

    public void Learn(Tensor ids, Tensor mask, Tensor rewards, int group, int repetitions)
    {
        var r = rewards.view(-1, group);
        var adv = ((r - r.mean(new long[] { 1 }, keepdim: true)) * (group / (group - 1.0))).view(-1, 1);
        Tensor reference;
        using (no_grad())
            reference = LogProbs(ids);

        Action<int> once = k =>
        {
            var ratio = exp(LogProbs(ids) - reference);
            var pt = -min(ratio * adv, clip(ratio, 0.9, 1.1) * adv);
            var loss = (pt * mask).sum() / mask.sum().clamp_min(1);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
            Reported?.Invoke(k, ratio.max().item<float>());
        };

        for (var k = 0; k < repetitions; k++)
            once(k);
    }

    private Tensor LogProbs(Tensor ids)
    {
        var logits = summariser.call(ids.narrow(1, 0, ids.shape[1] - 1));
        return logits.log_softmax(-1).gather(-1, ids.narrow(1, 1, ids.shape[1] - 1).unsqueeze(-1)).squeeze(-1);
    }
}
