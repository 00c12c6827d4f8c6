// case: C3.01
// expect: GRPO003
// shape: control agent with a critic, eighty iterations on one batch of steps
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Vpg;

public class PpoClip
{
    private readonly Module<Tensor, Tensor> pi;
    private readonly Module<Tensor, Tensor> v;
    private readonly optim.Optimizer piOptimizer;
    private readonly optim.Optimizer vOptimizer;
    private const int TrainPiIters = 80;
    private const int TrainVIters = 80;

    public PpoClip(Module<Tensor, Tensor> pi, Module<Tensor, Tensor> v)
    {
        this.pi = pi;
        this.v = v;
        piOptimizer = optim.Adam(pi.parameters(), 3e-4);
        vOptimizer = optim.Adam(v.parameters(), 1e-3);
    }

    public void Update(Tensor obs, Tensor act, Tensor adv, Tensor ret, Tensor logpOld)
    {
        for (var i = 0; i < TrainPiIters; i++)
        {
            piOptimizer.zero_grad();
            var logp = distributions.Categorical(logits: pi.call(obs)).log_prob(act);
            var ratio = (logp - logpOld).exp();
            var clipAdv = torch.clamp(ratio, 0.8, 1.2) * adv;
            var lossPi = -torch.min(ratio * adv, clipAdv).mean();
            lossPi.backward();
            {|GRPO003:piOptimizer.step()|};
        }

        for (var i = 0; i < TrainVIters; i++)
        {
            vOptimizer.zero_grad();
            var lossV = (v.call(obs).squeeze(-1) - ret).pow(2).mean();
            lossV.backward();
            vOptimizer.step();
        }
    }
}
