// case: C1.22
// expect: GRPO001, GRPO003
// shape: masked_fill of the padding, lengths from the boolean mask; three passes by goto
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Filled;

public class FillTrainer(Module<Tensor, Tensor> policy, double lr)
{
    private readonly optim.Optimizer optimizer = optim.Adam(policy.parameters(), lr);

    public void Update(Tensor tokens, Tensor m, Tensor old, Tensor refs, Tensor adv)
    {
        var pass = 0;
    again:
        var lp = policy.call(tokens).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        var ratio = (lp - old).exp();
        var low = ratio.clamp(0.8, 1.2);
        var a = adv.unsqueeze(-1);
        var gap = (refs - lp).clamp(-10, 10);
        var pt = -torch.min(ratio * a, low * a) + 0.1 * (gap.exp() - gap - 1);
        var filled = pt.masked_fill(~m, 0);
        var loss = ({|GRPO001:filled.sum(-1) / m.sum(-1)|}).mean();
        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(policy.parameters(), 1.0);
        {|GRPO003:optimizer.step()|};
        if (++pass < 3)
            goto again;
    }
}
