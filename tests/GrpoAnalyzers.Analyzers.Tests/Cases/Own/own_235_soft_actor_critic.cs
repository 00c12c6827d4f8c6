// case: own.235
// expect: none
// shape: discrete SAC with twin minimum and temperature, Adam, several updates a step
using System;
using TorchSharp;
using static TorchSharp.torch;

public class DiscreteSac
{
    private readonly nn.Module<Tensor, Tensor> actor, q1, q2, t1, t2;
    private readonly optim.Optimizer actorOptimizer, qOptimizer1, qOptimizer2;
    private readonly double alpha = 0.2;

    public DiscreteSac(Func<nn.Module<Tensor, Tensor>> make)
    {
        (actor, q1, q2, t1, t2) = (make(), make(), make(), make(), make());
        actorOptimizer = optim.Adam(actor.parameters(), 3e-4);
        qOptimizer1 = optim.Adam(q1.parameters(), 3e-4);
        qOptimizer2 = optim.Adam(q2.parameters(), 3e-4);
    }

    public void Update(Tensor s, Tensor a, Tensor r, Tensor s2, Tensor done, int repeats)
    {
        for (var i = 0; i < repeats; i++)
        {
            Tensor y;
            using (no_grad())
            {
                var lp2 = actor.call(s2).log_softmax(-1);
                var v = (lp2.exp() * (torch.min(t1.call(s2), t2.call(s2)) - alpha * lp2)).sum(1);
                y = r + 0.99 * (1 - done) * v;
            }

            foreach (var (q, o) in new[] { (q1, qOptimizer1), (q2, qOptimizer2) })
            {
                var error = (q.call(s).gather(1, a.unsqueeze(1)).squeeze(1) - y).pow(2).mean();
                o.zero_grad();
                error.backward();
                o.step();
            }

            var lp = actor.call(s).log_softmax(-1);
            var best = torch.min(q1.call(s), q2.call(s)).detach();
            var loss = (lp.exp() * (alpha * lp - best)).sum(1).mean();
            actorOptimizer.zero_grad();
            loss.backward();
            actorOptimizer.step();
        }
    }
}
