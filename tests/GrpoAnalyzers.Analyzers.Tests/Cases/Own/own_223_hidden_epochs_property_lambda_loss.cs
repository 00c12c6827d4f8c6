// case: own.223
// expect: GRPO002, GRPO003
// shape: loss as a lambda that captures everything, helper Repeat runs an action several times
using System;
using TorchSharp;
using static TorchSharp.torch;

public class LambdaTrainer
{
    private readonly nn.Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optimizer;
    private readonly int groupSize;

    public int Epochs { get; set; } = 3;

    public LambdaTrainer(nn.Module<Tensor, Tensor> lm, int groupSize)
    {
        this.lm = lm;
        this.groupSize = groupSize;
        optimizer = optim.AdamW(lm.parameters(), lr: 1e-6);
    }

    public void Learn(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var table = rewards.view(-1, groupSize);
        var mu = table.mean(new long[] { 1 }, true);
        var sd = table.std(1, false, true).clamp_min(1e-3);
        var adv = {|GRPO002:torch.div(table - mu, sd)|}.view(-1, 1);
        Func<Tensor> loss = () =>
        {
            var lp = lm.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = exp(lp - old);
            return -(min(ratio * adv, clamp(ratio, 0.8, 1.2) * adv) * mask).sum() / mask.sum();
        };
        for (var e = 0; e < Epochs; e++)
        {
            optimizer.zero_grad();
            var value = loss();
            value.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
