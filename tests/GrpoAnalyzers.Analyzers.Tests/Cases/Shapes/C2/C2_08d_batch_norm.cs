// case: C2.08
// expect: none
// shape: a batch-norm module with running statistics whitens the advantages over the batch: GRPO008's
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace BatchNormed;

/// <summary>Batch norm of one feature without an affine part.</summary>
public sealed class BatchNorm : Module<Tensor, Tensor>
{
    private Tensor runningMean = torch.zeros(1);
    private Tensor runningVar = torch.ones(1);

    public BatchNorm() : base("batch_norm")
    {
    }

    public override Tensor forward(Tensor x)
    {
        if (!training)
            return (x - runningMean) / (runningVar + 1e-5).sqrt();
        var mean = x.mean([0], keepdim: true);
        var variance = x.var(0, unbiased: false, keepdim: true);
        runningMean = 0.9 * runningMean + 0.1 * mean.detach();
        runningVar = 0.9 * runningVar + 0.1 * variance.detach();
        return (x - mean) / (variance + 1e-5).sqrt();
    }
}

public class BatchNormTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly BatchNorm whiten = new();
    private readonly optim.Optimizer optimizer;

    public BatchNormTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-4);
    }

    public void Update(Tensor obs, Tensor actions, Tensor old, Tensor advantages)
    {
        Tensor adv;
        using (no_grad())
            adv = whiten.call(advantages.unsqueeze(1)).squeeze(1);
        var lp = policy.call(obs).log_softmax(-1).gather(1, actions.unsqueeze(1)).squeeze(1);
        var ratio = torch.exp(lp - old);
        var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
