// case: C3.16
// expect: GRPO003
// shape: the loop is left when KL is not a number, never when it is large
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace NanKl;

public class NanKlTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public NanKlTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int passes)
    {
        for (int p = 0; p < passes; p++)
        {
            var lp = distributions.Categorical(logits: policy.call(ids)).log_prob(ids);
            var kl = (old - lp).mean().item<float>();
            if (float.IsNaN(kl))
                break;
            var ratio = lp.exp() / old.exp();
            var a = adv.unsqueeze(1);
            var loss = torch.sum(torch.max(-ratio * a, -torch.clamp(ratio, 0.8, 1.2) * a) * mask) / torch.sum(mask);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
