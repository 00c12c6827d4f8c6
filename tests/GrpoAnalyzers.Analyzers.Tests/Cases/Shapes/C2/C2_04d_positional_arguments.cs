// case: C2.04
// expect: GRPO002
// shape: std(1L, false, true): positional biased std with keepdim
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Positional;

public class PositionalTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public PositionalTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.RAdam(policy.parameters(), 1e-4);
    }

    public void Learn(Tensor tokens, Tensor mask, Tensor returns, int k)
    {
        var x = returns.view(-1, k);
        x = x - x.mean([1], true);
        x = {|GRPO002:x / x.std(1L, false, true).add(1e-5)|};
        var w = x.reshape(-1, 1).expand_as(mask);
        var logits = policy.call(tokens);
        var lp = logits.gather(2, tokens.unsqueeze(2)).squeeze(2) - logits.logsumexp(2);
        var entropy = -(logits.softmax(-1) * logits.log_softmax(-1)).sum(-1);
        var loss = -((lp * w + 0.01 * entropy) * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
