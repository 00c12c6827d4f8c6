// case: C1.03
// expect: GRPO001, GRPO003
// shape: true_divide; the same rollout is updated four times without a check
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Tuner;

public class RlTuner
{
    private readonly Module<Tensor, Tensor> lm;
    private readonly optim.Optimizer optim_;

    public RlTuner(Module<Tensor, Tensor> lm)
    {
        this.lm = lm;
        optim_ = optim.AdamW(lm.parameters(), 1e-5, 0.9, 0.99);
    }

    public void Fit(Tensor prompts, Tensor mask, Tensor frozen, Tensor scores)
    {
        var centred = scores - scores.mean();
        for (int epoch = 0; epoch < 4; epoch++)
        {
            var lp = lm.call(prompts).log_softmax(2).gather(2, prompts.unsqueeze(2)).squeeze(2);
            var rho = (lp - frozen).exp();
            var u = rho * centred.unsqueeze(1);
            var c = rho.clip(0.8, 1.2) * centred.unsqueeze(1);
            var s = torch.minimum(u, c).mul(mask).sum(1);
            var loss = -{|GRPO001:s.true_divide(mask.sum(1))|}.mean();
            optim_.zero_grad();
            loss.backward();
            {|GRPO003:optim_.step()|};
        }
    }
}
