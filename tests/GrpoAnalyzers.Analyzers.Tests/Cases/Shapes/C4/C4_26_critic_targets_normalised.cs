// case: C4.26
// expect: none
// shape: returns are standardised for the critic only
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace CriticTargets;

public class CriticTargetTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer actorOpt;
    private readonly optim.Optimizer criticOpt;

    public CriticTargetTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        actorOpt = optim.Adam(actor.parameters(), 3e-4);
        criticOpt = optim.Adam(critic.parameters(), 1e-3);
    }

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor returns)
    {
        var mu = returns.mean();
        var sd = returns.std() + 1e-8;
        var target = (returns - mu) / sd;
        var value = critic.call(obs).squeeze(-1);
        var criticLoss = functional.mse_loss(value, target);
        criticOpt.zero_grad();
        criticLoss.backward();
        criticOpt.step();

        var adv = returns - (value.detach() * sd + mu);
        var lp = actor.call(obs).log_softmax(1).gather(1, act.unsqueeze(1)).squeeze(1);
        var ratio = torch.exp(lp - old);
        var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        actorOpt.zero_grad();
        loss.backward();
        actorOpt.step();
    }
}
