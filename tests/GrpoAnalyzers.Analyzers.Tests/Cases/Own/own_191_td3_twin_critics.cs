// case: own.191
// expect: none
// shape: TD3 with twin minimum, clamped noise and Adam, many updates on a replay buffer
using System;
using TorchSharp;
using static TorchSharp.torch;

public class Td3
{
    private readonly nn.Module<Tensor, Tensor> actor, actorTarget;
    private readonly nn.Module<Tensor, Tensor, Tensor> q1, q2, q1Target, q2Target;
    private readonly optim.Optimizer actorOptimizer, q1Optimizer, q2Optimizer;

    public Td3(Func<nn.Module<Tensor, Tensor>> makeActor, Func<nn.Module<Tensor, Tensor, Tensor>> makeCritic)
    {
        actor = makeActor();
        actorTarget = makeActor();
        q1 = makeCritic();
        q2 = makeCritic();
        q1Target = makeCritic();
        q2Target = makeCritic();
        actorOptimizer = optim.Adam(actor.parameters(), 3e-4);
        q1Optimizer = optim.Adam(q1.parameters(), 3e-4);
        q2Optimizer = optim.Adam(q2.parameters(), 3e-4);
    }

    public void Train(Func<(Tensor s, Tensor a, Tensor r, Tensor s2, Tensor done)> sample, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            var (s, a, r, s2, done) = sample();
            Tensor y;
            using (no_grad())
            {
                var noise = (randn_like(a) * 0.2).clamp(-0.5, 0.5);
                var next = (actorTarget.call(s2) + noise).clamp(-1, 1);
                y = r + 0.99 * (1 - done) * torch.min(q1Target.call(s2, next), q2Target.call(s2, next));
            }

            Fit(q1, q1Optimizer, s, a, y);
            Fit(q2, q2Optimizer, s, a, y);
            if (i % 2 == 0)
            {
                var loss = -q1.call(s, actor.call(s)).mean();
                actorOptimizer.zero_grad();
                loss.backward();
                actorOptimizer.step();
            }
        }
    }

    private static void Fit(nn.Module<Tensor, Tensor, Tensor> q, optim.Optimizer o, Tensor s, Tensor a, Tensor y)
    {
        var loss = (q.call(s, a) - y).pow(2).mean();
        o.zero_grad();
        loss.backward();
        o.step();
    }
}
