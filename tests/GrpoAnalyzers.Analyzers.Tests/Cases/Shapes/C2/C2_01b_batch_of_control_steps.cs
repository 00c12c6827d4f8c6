// case: C2.01
// expect: none
// shape: one action a row, critic and batch-wide std: GRPO008's, off by default
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Control;

public class PpoAgent
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer actorOptimizer;
    private readonly optim.Optimizer criticOptimizer;

    public PpoAgent(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        actorOptimizer = optim.Adam(actor.parameters(), 3e-4);
        criticOptimizer = optim.Adam(critic.parameters(), 1e-3);
    }

    public void Optimize(Tensor states, Tensor actions, Tensor oldLogProbs, Tensor returns)
    {
        Tensor A;
        using (no_grad())
            A = returns - critic.call(states).squeeze(-1);
        A = (A - A.mean()) / (A.std() + 1e-8f);

        var lp = actor.call(states).log_softmax(1).gather(1, actions.unsqueeze(1)).squeeze(1);
        var ratio = torch.exp(lp - oldLogProbs);
        var actorLoss = -torch.min(ratio * A, torch.clamp(ratio, 0.8, 1.2) * A).mean();
        actorOptimizer.zero_grad();
        actorLoss.backward();
        actorOptimizer.step();

        var valueLoss = functional.mse_loss(critic.call(states).squeeze(-1), returns);
        criticOptimizer.zero_grad();
        valueLoss.backward();
        criticOptimizer.step();
    }
}
