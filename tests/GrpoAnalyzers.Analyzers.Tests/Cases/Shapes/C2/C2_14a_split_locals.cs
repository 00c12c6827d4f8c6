// case: C2.14
// expect: GRPO002
// shape: advMean, advStd, advNorm as using locals with the epsilon inside the std local
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace SplitStats;

public class SplitTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public SplitTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor samples, Tensor mask, Tensor logOld, Tensor scores)
    {
        using var advMean = scores.mean();
        using var advStd = scores.std(unbiased: false) + 1e-8;
        using var advDiff = scores - advMean;
        using var advNorm = {|GRPO002:advDiff / advStd|};
        using var advCol = advNorm.unsqueeze(1);

        using var scores2d = policy.call(samples);
        using var normaliser = scores2d.logsumexp(-1, keepdim: true);
        using var logAll = scores2d - normaliser;
        using var logNew = logAll.gather(-1, samples.unsqueeze(-1)).squeeze(-1);
        using var plogp = logAll.exp() * logAll;
        using var entropy = plogp.sum(-1).neg();
        using var logRatio = logNew - logOld;
        using var ratio = logRatio.exp();
        using var obj1 = ratio * advCol;
        using var clipped = ratio.clamp(0.8, 1.2);
        using var obj2 = clipped * advCol;
        using var obj = torch.min(obj1, obj2);
        using var bonus = entropy * 0.005;
        using var gain = obj + bonus;
        using var kept = gain * mask;
        using var total = kept.sum();
        using var tokens = mask.sum();
        using var mean = total / tokens;
        using var loss = mean.neg();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
