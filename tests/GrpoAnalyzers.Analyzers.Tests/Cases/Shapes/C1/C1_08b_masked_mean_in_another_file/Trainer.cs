// case: C1.08
// expect: GRPO001
// shape: the helper with the row division stands in a static class of another file
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TwoFiles;

public sealed class Trainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly Config config;

    public Trainer(Module<Tensor, Tensor> policy, Config config)
    {
        this.policy = policy;
        this.config = config;
        optimizer = optim.AdamW(policy.parameters(), lr: config.LearningRate, beta1: 0.9, beta2: 0.95);
    }

    public float Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards)
    {
        using var scope = NewDisposeScope();
        var adv = Advantages.Centre(rewards, config.GroupSize);
        var lp = LogProbs.Of(policy, tokens);
        var ratio = (lp - old).exp();
        var low = ratio.clamp(1 - config.ClipLow, 1 + config.ClipHigh);
        var pt = -torch.min(ratio * adv, low * adv);
        var loss = {|GRPO001:Masking.Mean(pt, mask, 1)|}.mean();
        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(policy.parameters(), config.MaxGradNorm);
        optimizer.step();
        return loss.ToSingle();
    }
}
