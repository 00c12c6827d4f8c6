// case: own.105
// expect: none
// shape: IMPALA learner: clipped importance weights without gradient, batches taken from a queue
using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

public class ImpalaLearner
{
    private readonly nn.Module<Tensor, Tensor> actor;
    private readonly nn.Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;

    public ImpalaLearner(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.RMSProp(actor.parameters().Concat(critic.parameters()), lr: 6e-4);
    }

    public void Learn(Queue<(Tensor obs, Tensor act, Tensor mu, Tensor rew)> queue)
    {
        while (queue.Count > 0)
        {
            var (obs, act, mu, rew) = queue.Dequeue();
            var lp = actor.call(obs).log_softmax(-1).gather(-1, act.unsqueeze(-1)).squeeze(-1);
            var values = critic.call(obs).squeeze(-1);
            Tensor vs, rho;
            using (no_grad())
            {
                rho = (lp - mu).exp().clamp(max: 1.0);
                var run = zeros(1);
                var list = new List<Tensor>();
                for (var t = rew.shape[0] - 1; t >= 0; t--)
                {
                    var next = t + 1 < rew.shape[0] ? values[t + 1] : values[t] * 0;
                    run = rho[t] * (rew[t] + 0.99 * next - values[t]) + 0.99 * rho[t] * run;
                    list.Add(values[t] + run.squeeze());
                }

                list.Reverse();
                vs = stack(list);
            }

            var policyLoss = -(rho * (vs - values.detach()) * lp).mean();
            var loss = policyLoss + 0.5 * (vs - values).pow(2).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
