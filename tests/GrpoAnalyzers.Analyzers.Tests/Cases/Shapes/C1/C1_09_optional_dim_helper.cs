// case: C1.09
// expect: GRPO001
// shape: MaskedMean(x, m, long? dim = null): entropy without dim is fine, the policy term with a dim is not
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Optional;

public class OptionalDimTrainer
{
    private readonly Module<Tensor, Tensor> pi;
    private readonly optim.Optimizer opt;

    public OptionalDimTrainer(Module<Tensor, Tensor> pi)
    {
        this.pi = pi;
        opt = optim.Adam(pi.parameters(), lr: 5e-6, beta1: 0.9, beta2: 0.95);
    }

    private static Tensor MaskedMean(Tensor x, Tensor m, long? dim = null)
    {
        if (dim is null)
            return (x * m).sum() / m.sum();
        return (x * m).sum(dim.Value) / m.sum(dim.Value);
    }

    public void Update(Tensor tokens, Tensor mask, Tensor rolloutLogProbs, Tensor advantage)
    {
        var logits = pi.call(tokens);
        var logp = logits.log_softmax(-1);
        var lp = logp.gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var entropy = -(logp.exp() * logp).sum(-1);
        var ratio = (lp - rolloutLogProbs).exp();
        var adv = advantage.unsqueeze(-1);
        var pg = -torch.min(ratio * adv, torch.clamp(ratio, 0.8, 1.2) * adv);
        var policyLoss = {|GRPO001:MaskedMean(pg, mask, dim: 1)|}.mean();
        var entropyLoss = MaskedMean(entropy, mask);
        var loss = policyLoss - 0.001 * entropyLoss;
        opt.zero_grad();
        loss.backward();
        opt.step();
    }
}
