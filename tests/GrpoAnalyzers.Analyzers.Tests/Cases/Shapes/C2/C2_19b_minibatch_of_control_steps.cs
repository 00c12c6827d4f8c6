// case: C2.19
// expect: GRPO003
// shape: minibatch std reassigned to a parameter in a control PPO (GRPO008's, off); its unguarded epochs are GRPO003's
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace MiniControl;

public class MiniControlTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;
    private const int Epochs = 10;
    private const int MiniBatch = 64;

    public MiniControlTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam(actor.parameters(), 3e-4);
    }

    private Tensor PolicyLoss(Tensor obs, Tensor act, Tensor old, Tensor mbAdvantages)
    {
        mbAdvantages = (mbAdvantages - mbAdvantages.mean()) / (mbAdvantages.std() + 1e-8);
        var lp = actor.call(obs).log_softmax(-1).gather(1, act.unsqueeze(1)).squeeze(1);
        var ratio = (lp - old).exp();
        return torch.max(-mbAdvantages * ratio, -mbAdvantages * ratio.clamp(0.8, 1.2)).mean();
    }

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor returns)
    {
        Tensor adv;
        using (no_grad())
            adv = returns - critic.call(obs).squeeze(-1);
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            var perm = torch.randperm(obs.shape[0]);
            for (long s = 0; s < obs.shape[0]; s += MiniBatch)
            {
                var idx = perm.slice(0, s, System.Math.Min(s + MiniBatch, obs.shape[0]), 1);
                var loss = PolicyLoss(obs.index_select(0, idx), act.index_select(0, idx), old.index_select(0, idx), adv.index_select(0, idx));
                optimizer.zero_grad();
                loss.backward();
                {|GRPO003:optimizer.step()|};
            }
        }
    }
}
