// case: C1.26
// expect: GRPO001
// shape: a static class of extensions holds the row mean; reported on the call in the trainer's type
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Extensions;

public static class TensorExtensions
{
    public static Tensor MeanOverTokens(this Tensor x, Tensor mask) => {|GRPO001:(x * mask).sum(1) / mask.sum(1)|};
}

public class ExtensionTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public ExtensionTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor old, Tensor adv)
    {
        var logits = policy.call(tokens) / 0.8;
        var lp = logits.gather(-1, tokens.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1);
        var entropy = logits.logsumexp(-1) - (logits.softmax(-1) * logits).sum(-1);
        var ratio = torch.exp(lp - old);
        var gain = torch.min(ratio * adv.unsqueeze(1), ratio.clip(0.8, 1.2) * adv.unsqueeze(1));
        var loss = -gain.MeanOverTokens(mask).mean() - 0.002 * (entropy * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
