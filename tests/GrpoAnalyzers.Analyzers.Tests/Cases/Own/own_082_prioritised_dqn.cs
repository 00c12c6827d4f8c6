// case: own.082
// expect: none
// shape: DQN with prioritised replay: importance weights divided by their maximum, TD errors as priorities
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class PrioritisedDqn
{
    private readonly nn.Module<Tensor, Tensor> q;
    private readonly nn.Module<Tensor, Tensor> target;
    private readonly optim.Optimizer optimizer;
    private readonly Func<int, (Tensor s, Tensor a, Tensor r, Tensor s2, Tensor done, Tensor p)> sample;

    public PrioritisedDqn(nn.Module<Tensor, Tensor> q, nn.Module<Tensor, Tensor> target, Func<int, (Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)> sample)
    {
        this.q = q;
        this.target = target;
        this.sample = sample;
        optimizer = optim.Adam(q.parameters(), lr: 1e-4);
    }

    public void Train(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            var (s, a, r, s2, done, p) = sample(64);
            var weights = p.pow(-0.4);
            weights = weights / weights.max();
            Tensor y;
            using (no_grad())
            {
                var best = target.call(s2).max(1).values;
                y = r.clamp(-1, 1) + 0.99 * (1 - done) * best;
            }

            var error = q.call(s).gather(1, a.unsqueeze(1)).squeeze(1) - y;
            var loss = (weights * error.pow(2)).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
