// case: C2.13
// expect: none
// shape: ZScore helper applied to GAE advantages of one action a row
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ZControl;

public class ZPpo
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;

    public ZPpo(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.AdamW([.. actor.parameters(), .. critic.parameters()], 3e-4);
    }

    private static Tensor ZScore(Tensor x) => (x - x.mean()) / (x.std() + 1e-8);

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor gae, Tensor returns)
    {
        var adv = ZScore(gae);
        var logits = actor.call(obs);
        var lp = logits.log_softmax(1).gather(1, act.unsqueeze(1)).squeeze(1);
        var ratio = (lp - old).exp();
        var pg = torch.max(-adv * ratio, -adv * ratio.clamp(0.8, 1.2)).mean();
        var v = critic.call(obs).view(-1);
        var loss = pg + 0.5 * (v - returns).pow(2).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
