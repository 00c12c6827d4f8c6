// case: C4.22
// expect: none
// shape: running mean and std on observations, z-scored features
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Observations;

public sealed class RunningMeanStd
{
    private Tensor mean = torch.zeros(1), m2 = torch.zeros(1);
    private long n;

    public Tensor Normalize(Tensor x)
    {
        using var _ = no_grad();
        n += x.shape[0];
        var delta = x - mean;
        mean = mean + delta.sum(0) / n;
        m2 = m2 + (delta * (x - mean)).sum(0);
        return (x - mean) / (m2 / n + 1e-8).sqrt();
    }
}

public class ObservationTrainer
{
    private readonly RunningMeanStd stats = new();
    private readonly Module<Tensor, Tensor> actor;
    private readonly optim.Optimizer optimizer;

    public ObservationTrainer(Module<Tensor, Tensor> actor)
    {
        this.actor = actor;
        optimizer = optim.Adam(actor.parameters(), 3e-4);
    }

    public void Update(Tensor obs, Tensor act, Tensor old, Tensor adv)
    {
        var x = stats.Normalize(obs);
        x = (x - x.mean([0], keepdim: true)) / (x.std(0, keepdim: true) + 1e-8);
        var lp = actor.call(x).log_softmax(1).gather(1, act.unsqueeze(1)).squeeze(1);
        var ratio = torch.exp(lp - old);
        var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
