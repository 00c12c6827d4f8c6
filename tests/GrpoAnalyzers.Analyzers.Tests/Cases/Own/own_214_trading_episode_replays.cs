// case: own.214
// expect: GRPO002, GRPO003
// shape: discrete trading policy, each episode's own returns standardised as tensors, replays of each stored episode
using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

public sealed record TradingDay(Tensor Features, Tensor Orders, Tensor LogProbs, Tensor Profits);

public class TradingPolicy
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public TradingPolicy(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.Adam(net.parameters(), lr: 3e-4);
    }

    private static Tensor DayAdvantage(TradingDay day)
    {
        var togo = day.Profits.flip(0).cumsum(0).flip(0);
        var sd = togo.std(unbiased: false);
        return {|GRPO002:(togo - togo.mean()) / (sd + 1e-6)|};
    }

    public void Learn(IEnumerable<TradingDay> days, int replays)
    {
        foreach (var day in days)
        {
            var adv = DayAdvantage(day);
            for (var r = 0; r < replays; r++)
            {
                var all = net.call(day.Features).log_softmax(-1);
                var lp = all.gather(1, day.Orders.unsqueeze(1)).squeeze(1);
                var ratio = exp(lp - day.LogProbs);
                var loss = -torch.min(ratio * adv, torch.clamp(ratio, 0.8, 1.2) * adv).mean();
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
