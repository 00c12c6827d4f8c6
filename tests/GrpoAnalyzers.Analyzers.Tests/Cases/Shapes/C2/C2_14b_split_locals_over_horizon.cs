// case: C2.14
// expect: none
// shape: the same locals over [T,N] control rollouts with a critic
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace SplitControl;

public class HorizonTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;

    public HorizonTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam(actor.parameters(), 2.5e-4);
    }

    public void Update(Tensor obs, Tensor actions, Tensor oldLp, Tensor returns)
    {
        using var values = critic.call(obs).squeeze(-1).detach();
        using var advantages = returns - values;
        using var advMean = advantages.mean();
        using var advStd = advantages.std(unbiased: false) + 1e-8;
        using var advNorm = (advantages - advMean) / advStd;
        using var lp = actor.call(obs).log_softmax(-1).gather(-1, actions.unsqueeze(-1)).squeeze(-1);
        using var ratio = (lp - oldLp).exp();
        using var loss = -torch.minimum(ratio * advNorm, ratio.clamp(0.8, 1.2) * advNorm).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
