// case: C4.24
// expect: none
// shape: (a - mean) / std inside the log-probability of a Gaussian policy
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Gaussian;

public class GaussianTrainer
{
    private readonly Module<Tensor, Tensor> actor;
    private readonly Parameter logStd = Parameter(torch.zeros(4));
    private readonly optim.Optimizer optimizer;

    public GaussianTrainer(Module<Tensor, Tensor> actor)
    {
        this.actor = actor;
        optimizer = optim.Adam([.. actor.parameters(), logStd], 3e-4);
    }

    private Tensor LogProb(Tensor s, Tensor a)
    {
        var mean = actor.call(s);
        var std = logStd.exp();
        var z = (a - mean) / std;
        return (-0.5 * z.square() - logStd - 0.919).sum(-1);
    }

    public void Update(Tensor s, Tensor a, Tensor old, Tensor adv)
    {
        var ratio = torch.exp(LogProb(s, a) - old);
        var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
