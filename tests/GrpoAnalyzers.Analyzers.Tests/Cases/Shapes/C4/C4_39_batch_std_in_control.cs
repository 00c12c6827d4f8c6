// case: C4.39
// expect: none
// shape: minibatch-wide std in a critic-based control PPO with one epoch
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace BatchStdControl;

public class BatchStdPpo
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;

    public BatchStdPpo(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam([.. actor.parameters(), .. critic.parameters()], 3e-4);
    }

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor returns, long size)
    {
        foreach (var idx in torch.randperm(obs.shape[0]).split(size))
        {
            var s = obs.index_select(0, idx);
            var ret = returns.index_select(0, idx);
            var v = critic.call(s).squeeze(-1);
            var adv = ret - v.detach();
            adv = (adv - adv.mean()) / (adv.std() + 1e-8);
            var lp = actor.call(s).log_softmax(1).gather(1, act.index_select(0, idx).unsqueeze(1)).squeeze(1);
            var ratio = torch.exp(lp - old.index_select(0, idx));
            var loss = (v - ret).square().mean() - torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
