// case: C4.08
// expect: none
// shape: mean over [T,N] where every environment has the same horizon
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Horizon;

public class HorizonTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;
    private const int Horizon = 128;

    public HorizonTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam(actor.parameters(), 2.5e-4);
    }

    public void Update(Tensor obs, Tensor actions, Tensor old, Tensor returns)
    {
        using var values = critic.call(obs).squeeze(-1).detach();
        using var adv = returns - values;
        using var lp = actor.call(obs).log_softmax(-1).gather(-1, actions.unsqueeze(-1)).squeeze(-1);
        using var ratio = (lp - old).exp();
        using var surr = torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).view(Horizon, -1);
        using var loss = -surr.mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
