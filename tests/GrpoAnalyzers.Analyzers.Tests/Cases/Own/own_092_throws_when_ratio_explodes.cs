// case: own.092
// expect: none
// shape: the largest ratio throws out of the update loop
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public sealed class TrustRegionException : Exception
{
    public TrustRegionException(string message)
        : base(message)
    {
    }
}

public class ThrowingGuard
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ThrowingGuard(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-5);
    }

    private static void EnsureClose(Tensor ratio)
    {
        var worst = ratio.max().item<float>();
        if (worst > 2.0f)
        {
            throw new TrustRegionException($"ratio {worst}");
        }
    }

    public void Update(Tensor x, Tensor y, Tensor old, Tensor adv, int rounds)
    {
        try
        {
            for (var i = 0; i < rounds; i++)
            {
                var r = (policy.call(x).log_softmax(-1).gather(-1, y.unsqueeze(-1)).squeeze(-1) - old).exp();
                EnsureClose(r);
                var loss = minimum(r * adv, r.clamp(0.8, 1.2) * adv).mean().neg();
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
        catch (TrustRegionException e)
        {
            Console.WriteLine(e.Message);
        }
    }
}
