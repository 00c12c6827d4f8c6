// case: C4.48
// expect: none
// shape: the actor is updated once; the critic in many epochs with values clamped around the old ones
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ValueClip;

public class ValueClipTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer actorOpt;
    private readonly optim.Optimizer criticOpt;

    public ValueClipTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        actorOpt = optim.Adam(actor.parameters(), 3e-4);
        criticOpt = optim.Adam(critic.parameters(), 1e-3);
    }

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor oldValues, Tensor returns, int epochs)
    {
        var adv = returns - oldValues;
        var lp = actor.call(obs).log_softmax(1).gather(1, act.unsqueeze(1)).squeeze(1);
        var ratio = torch.exp(lp - old);
        var policyLoss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        actorOpt.zero_grad();
        policyLoss.backward();
        actorOpt.step();

        for (int e = 0; e < epochs; e++)
        {
            var v = critic.call(obs).squeeze(-1);
            var clipped = oldValues + torch.clamp(v - oldValues, -0.2, 0.2);
            var loss = 0.5 * torch.max((v - returns).square(), (clipped - returns).square()).mean();
            criticOpt.zero_grad();
            loss.backward();
            criticOpt.step();
        }
    }
}
