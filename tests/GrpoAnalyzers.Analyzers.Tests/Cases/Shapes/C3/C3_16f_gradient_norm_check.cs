// case: C3.16
// expect: GRPO003
// shape: the step is skipped on a large gradient norm, which says nothing about the ratio
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace GradNorm;

public class GradNormTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public GradNormTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-5);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var logits = policy.call(ids).div(1.2);
            var lp = (logits - logits.logsumexp(-1, keepdim: true)).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old);
            var a = adv.unsqueeze(1);
            var loss = -(torch.min(a * ratio, a * ratio.clip(0.85, 1.15)) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            var norm = nn.utils.clip_grad_norm_(policy.parameters(), 1.0);
            if (norm > 100)
                break;
            {|GRPO003:optimizer.step()|};
        }
    }
}
