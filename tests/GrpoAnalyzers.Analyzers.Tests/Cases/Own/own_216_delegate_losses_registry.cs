// case: own.216
// expect: GRPO001, GRPO002, GRPO003
// shape: loss chosen through a delegate field with a default, standardisation as expression-bodied static
using System;
using TorchSharp;
using static TorchSharp.torch;

public class RegistryTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly Func<Tensor, Tensor, Tensor, Tensor, Tensor> objective = SequenceBalanced;

    public RegistryTrainer(nn.Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optimizer = optim.RAdam(lm.parameters(), lr: 1e-6);
    }

    private static Tensor SequenceBalanced(Tensor lp, Tensor old, Tensor adv, Tensor mask)
    {
        var ratio = exp(lp - old);
        var pt = maximum(-ratio * adv, -ratio.clamp(0.8, 1.2) * adv);
        return ({|GRPO001:(pt * mask).sum(1) / mask.sum(1)|}).mean();
    }

    private static Tensor ZScore(Tensor t) => {|GRPO002:(t - t.mean([1], keepdim: true)) / (t.var(1, unbiased: false, keepdim: true) + 1e-6).sqrt()|};

    public void Learn(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int answers, int times)
    {
        var adv = ZScore(rewards.view(-1, answers)).view(-1, 1);
        for (var t = 0; t < times; t++)
        {
            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var loss = objective(lp, old, adv, mask);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
