// case: own.221
// expect: GRPO003
// shape: KL break leaves only the critic's loop, the actor's passes go on; GAE batch whitening
using System;
using TorchSharp;
using static TorchSharp.torch;

public class WrongLoopGuard
{
    private readonly nn.Module<Tensor, Tensor> actor, critic;
    private readonly optim.Optimizer actorOptimizer, criticOptimizer;

    public WrongLoopGuard(nn.Module<Tensor, Tensor> actor, nn.Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        actorOptimizer = optim.Adam(actor.parameters(), 3e-4);
        criticOptimizer = optim.Adam(critic.parameters(), 1e-3);
    }

    private Tensor LogProb(Tensor obs, Tensor act) => actor.call(obs).log_softmax(-1).gather(1, act.unsqueeze(1)).squeeze(1);

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor gae, Tensor returns, int actorPasses, int criticPasses)
    {
        var adv = (gae - gae.mean()) / (gae.std() + 1e-8);
        for (var i = 0; i < actorPasses; i++)
        {
            var ratio = exp(LogProb(obs, act) - old);
            var loss = -min(ratio * adv, clamp(ratio, 0.8, 1.2) * adv).mean();
            actorOptimizer.zero_grad();
            loss.backward();
            {|GRPO003:actorOptimizer.step()|};
        }

        float kl;
        using (no_grad())
            kl = (old - LogProb(obs, act)).mean().item<float>();
        for (var i = 0; i < criticPasses; i++)
        {
            if (kl > 0.1f)
                break;
            var loss = (critic.call(obs).squeeze(1) - returns).pow(2).mean();
            criticOptimizer.zero_grad();
            loss.backward();
            criticOptimizer.step();
        }
    }
}
