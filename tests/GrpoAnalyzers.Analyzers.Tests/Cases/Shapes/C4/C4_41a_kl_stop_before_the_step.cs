// case: C4.41
// expect: none
// shape: break before backward when the approximate KL is above the target
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace StopBefore;

public class StopBeforeTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly float targetKl;

    public StopBeforeTrainer(Module<Tensor, Tensor> policy, float targetKl = 0.015f)
    {
        this.policy = policy;
        this.targetKl = targetKl;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var logRatio = lp - old;
            var ratio = logRatio.exp();
            var kl = ((ratio - 1 - logRatio) * mask).sum() / mask.sum();
            if (kl.item<float>() > 1.5f * targetKl)
                break;
            var a = adv.unsqueeze(1);
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
