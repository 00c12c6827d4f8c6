// case: C2.12
// expect: none
// shape: the estimator is an interface with no implementation in the compilation: nothing is proved
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Injected;

public interface IAdvantageEstimator
{
    Tensor Estimate(Tensor rewards);
}

public class InjectedTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly IAdvantageEstimator estimator;
    private readonly optim.Optimizer optimizer;

    public InjectedTrainer(Module<Tensor, Tensor> policy, IAdvantageEstimator estimator)
    {
        this.policy = policy;
        this.estimator = estimator;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards)
    {
        var adv = estimator.Estimate(rewards).unsqueeze(1);
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var loss = -(torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
