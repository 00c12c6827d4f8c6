// case: C3.23
// expect: GRPO003
// shape: KL decides whether the critic is updated; the actor steps in any case
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace TwoOptimizers;

public class TwoOptimizerTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer actorOptimizer;
    private readonly optim.Optimizer criticOptimizer;

    public TwoOptimizerTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        actorOptimizer = optim.Adam(actor.parameters(), 3e-4, beta1: 0.99, beta2: 0.99);
        criticOptimizer = optim.Adam(critic.parameters(), 3e-4, beta1: 0.99, beta2: 0.99);
    }

    public void Optimize(Tensor s, Tensor a, Tensor old, Tensor adv, Tensor returns, int ppoEpochs)
    {
        for (int i = 0; i < ppoEpochs; i++)
        {
            var logits = actor.call(s);
            var lp = logits.log_softmax(1).gather(1, a.unsqueeze(1)).squeeze(1);
            var ratio = torch.exp(lp - old);
            var p = logits.softmax(1);
            var entropy = -(p * (p + 1e-8).log()).sum(1).mean();
            var actorLoss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean() - 0.01f * entropy;
            actorOptimizer.zero_grad();
            actorLoss.backward();
            {|GRPO003:actorOptimizer.step()|};

            var kl = (old - lp).mean().ToSingle();
            if (kl < 0.02f)
            {
                var criticLoss = functional.mse_loss(critic.call(s).view(-1), returns);
                criticOptimizer.zero_grad();
                criticLoss.backward();
                criticOptimizer.step();
            }
        }
    }
}
