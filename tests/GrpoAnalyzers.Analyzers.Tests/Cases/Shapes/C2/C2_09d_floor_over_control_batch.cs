// case: C2.09
// expect: none
// shape: clamp(min:) on the std of a whole batch of environment steps with a critic
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace FloorControl;

public class A2cTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer opt;
    private readonly optim.Optimizer vopt;

    public A2cTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        opt = optim.Adam(actor.parameters(), 7e-4);
        vopt = optim.Adam(critic.parameters(), 7e-4);
    }

    public void Update(Tensor obs, Tensor act, Tensor returns)
    {
        var values = critic.call(obs).squeeze(-1);
        var adv = (returns - values).detach();
        adv = (adv - adv.mean()) / adv.std().clamp(min: 1e-6);
        var lp = distributions.Categorical(logits: actor.call(obs)).log_prob(act);
        var loss = -(lp * adv).mean();
        opt.zero_grad();
        loss.backward();
        opt.step();
        var vloss = (values - returns).square().mean();
        vopt.zero_grad();
        vloss.backward();
        vopt.step();
    }
}
