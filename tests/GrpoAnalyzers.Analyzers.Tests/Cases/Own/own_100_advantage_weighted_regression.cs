// case: own.100
// expect: none
// shape: AWR: exponentiated advantages with a cap weight the log-likelihood for many epochs; no ratio, no clip of one
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class AwrTrainer
{
    private readonly nn.Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public AwrTrainer(nn.Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), lr: 1e-4);
    }

    public void Fit(Tensor s, Tensor a, Tensor returns, Tensor values, int steps)
    {
        var weights = ((returns - values) / 0.05).exp().clamp(max: 20);
        for (var i = 0; i < steps; i++)
        {
            var lp = policy.call(s).log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1);
            var loss = -(weights * lp).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
