// case: own.032
// expect: GRPO003
// shape: loop ends by time and by cancellation token, neither looks at the ratio
using System;
using System.Diagnostics;
using System.Threading;
using TorchSharp;
using static TorchSharp.torch;

public class TimedTrainer
{
    private readonly nn.Module<Tensor, Tensor> net;
    private readonly optim.Optimizer optimizer;

    public TimedTrainer(nn.Module<Tensor, Tensor> net)
    {
        this.net = net;
        optimizer = optim.Adam(net.parameters(), lr: 2.5e-4);
    }

    public int Optimize(Tensor x, Tensor act, Tensor oldLp, Tensor adv, TimeSpan budget, CancellationToken token)
    {
        var clock = Stopwatch.StartNew();
        var updates = 0;
        while (clock.Elapsed < budget)
        {
            if (token.IsCancellationRequested)
            {
                break;
            }

            var dist = distributions.Categorical(logits: net.call(x));
            var ratio = (dist.log_prob(act) - oldLp).exp();
            var loss = torch.max(-adv * ratio, -adv * ratio.clamp(0.9, 1.1)).mean() - 0.01 * dist.entropy().mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
            updates++;
        }

        return updates;
    }
}
