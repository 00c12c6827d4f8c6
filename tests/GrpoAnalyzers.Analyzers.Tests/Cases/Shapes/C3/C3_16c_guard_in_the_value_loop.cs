// case: C3.16
// expect: GRPO003
// shape: the KL check stands in the critic's loop, where it stops nothing that matters
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace WrongLoop;

public class WrongLoopTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer actorOpt;
    private readonly optim.Optimizer criticOpt;

    public WrongLoopTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        actorOpt = optim.Adam(actor.parameters(), 3e-4);
        criticOpt = optim.Adam(critic.parameters(), 1e-3);
    }

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor adv, Tensor ret, int iters)
    {
        for (int i = 0; i < iters; i++)
        {
            var lp = actor.call(obs).log_softmax(-1).gather(1, act.unsqueeze(1)).squeeze(1);
            var ratio = torch.exp(lp - old);
            var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
            actorOpt.zero_grad();
            loss.backward();
            {|GRPO003:actorOpt.step()|};
        }

        for (int i = 0; i < iters; i++)
        {
            double kl;
            using (no_grad())
                kl = (old - actor.call(obs).log_softmax(-1).gather(1, act.unsqueeze(1)).squeeze(1)).mean().ToDouble();
            if (kl > 0.015)
                break;
            var vloss = functional.mse_loss(critic.call(obs).squeeze(-1), ret);
            criticOpt.zero_grad();
            vloss.backward();
            criticOpt.step();
        }
    }
}
