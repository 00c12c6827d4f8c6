// case: C2.22
// expect: none
// shape: one running normaliser for all rewards in a control trainer with a value function
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace RunningBatch;

public sealed class RewardNormalizer
{
    private Tensor mean = torch.zeros(1);
    private Tensor var = torch.ones(1);
    private double count = 1e-4;

    public Tensor Normalize(Tensor x)
    {
        using var _ = no_grad();
        var total = count + x.shape[0];
        var delta = x.mean() - mean;
        mean = mean + delta * (x.shape[0] / total);
        var = (var * count + x.var() * x.shape[0]) / total;
        count = total;
        return (x - mean) / torch.sqrt(var + 1e-8);
    }
}

public class RunningBatchTrainer
{
    private readonly RewardNormalizer normalizer = new();
    private readonly Module<Tensor, Tensor> actor;
    private readonly Module<Tensor, Tensor> critic;
    private readonly optim.Optimizer optimizer;

    public RunningBatchTrainer(Module<Tensor, Tensor> actor, Module<Tensor, Tensor> critic)
    {
        this.actor = actor;
        this.critic = critic;
        optimizer = optim.Adam(actor.parameters(), 3e-4);
    }

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor rewards)
    {
        var r = normalizer.Normalize(rewards);
        var adv = r - critic.call(obs).squeeze(-1).detach();
        var lp = actor.call(obs).log_softmax(1).gather(1, act.unsqueeze(1)).squeeze(1);
        var ratio = torch.exp(lp - old);
        var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
