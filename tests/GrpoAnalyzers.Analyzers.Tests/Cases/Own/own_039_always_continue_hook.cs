// case: own.039
// expect: GRPO003
// shape: a hook is asked with the KL, but its only implementation returns true whatever comes
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public interface IUpdateHook
{
    bool Continue(int epoch, float kl);
}

public sealed class LoggingHook : IUpdateHook
{
    public bool Continue(int epoch, float kl)
    {
        Console.WriteLine($"{epoch}: {kl}");
        return true;
    }
}

public class HookedTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly IUpdateHook hook = new LoggingHook();

    public HookedTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-4);
    }

    public void Update(Tensor x, Tensor a, Tensor old, Tensor adv, int epochs)
    {
        for (var e = 0; e < epochs; e++)
        {
            var logits = policy.call(x);
            var lp = (a * nn.functional.logsigmoid(logits) + (1 - a) * nn.functional.logsigmoid(-logits)).sum(1);
            var lr = lp - old;
            var ratio = lr.exp();
            if (!hook.Continue(e, lr.neg().mean().item<float>()))
            {
                break;
            }

            var loss = -minimum(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
