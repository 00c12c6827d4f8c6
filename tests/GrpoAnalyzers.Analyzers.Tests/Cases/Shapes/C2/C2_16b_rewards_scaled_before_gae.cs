// case: C2.16
// expect: none
// shape: batch rewards scaled before GAE with a critic: batch-wide
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ScaledGae;

public class ScaledGaeTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;

    public ScaledGaeTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam(actor.parameters(), 3e-4);
    }

    public void Update(Tensor obs, Tensor actions, Tensor old, Tensor rewards)
    {
        var rew = rewards / (rewards.std() + 1e-8);
        var values = critic.call(obs).squeeze(-1).detach();
        var adv = torch.zeros_like(rew);
        var last = torch.tensor(0f);
        for (long t = rew.shape[0] - 1; t >= 0; t--)
        {
            var next = t + 1 < rew.shape[0] ? values[t + 1] : torch.tensor(0f);
            var delta = rew[t] + 0.99f * next - values[t];
            last = delta + 0.99f * 0.95f * last;
            adv[t] = last;
        }

        adv = adv - adv.mean();
        var lp = actor.call(obs).log_softmax(-1).gather(-1, actions.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
