// case: C1.21
// expect: GRPO001
// shape: an enum option whose default is the sequence mean
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace EnumMode;

public enum Aggregation { Sequence, Token }

public sealed class Settings
{
    public Aggregation Aggregation { get; set; } = Aggregation.Sequence;
    public float Clip { get; set; } = 0.2f;
}

public sealed class EnumTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Settings settings;
    private readonly optim.Optimizer optimizer;

    public EnumTrainer(Module<Tensor, Tensor> policy, Settings settings)
    {
        this.policy = policy;
        this.settings = settings;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor rewards)
    {
        var adv = (rewards - rewards.mean()).view(-1, 1);
        var lp = -functional.cross_entropy(policy.call(tokens).permute(0, 2, 1), tokens, reduction: Reduction.None);
        var ratio = torch.exp(lp - old);
        var pt = torch.max(adv.neg() * ratio, adv.neg() * ratio.clamp(1 - settings.Clip, 1 + settings.Clip)) * mask;
        Tensor loss;
        if (settings.Aggregation == Aggregation.Sequence)
            loss = ({|GRPO001:pt.sum(1) / mask.sum(1).clamp(min: 1)|}).mean();
        else
            loss = pt.sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
