// case: C4.41
// expect: none
// shape: && !stop in the condition, continue skips the step
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace FlagGuard;

public class FlagGuardTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private const float KlThreshold = 0.02f;

    public FlagGuardTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-4, 0.99, 0.999);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int maxEpochs)
    {
        var stop = false;
        for (int epoch = 0; epoch < maxEpochs && !stop; epoch++)
        {
            using var scope = NewDisposeScope();
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var kld = ((old - lp) * mask).sum().ToSingle() / mask.sum().ToSingle();
            if (kld > KlThreshold)
            {
                stop = true;
                continue;
            }

            var a = adv.unsqueeze(1);
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
