// case: C3.08
// expect: GRPO003
// shape: the clip is two nested where
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace WhereClip;

public class WhereClipTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public WhereClipTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-6, beta2: 0.98);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        for (int e = 0; e < 8; e++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var r = (lp - old).exp();
            var top = torch.where(r > 1.2, torch.full_like(r, 1.2), r);
            var both = torch.where(top < 0.8, torch.full_like(r, 0.8), top);
            var a = adv.unsqueeze(1);
            var loss = -(torch.min(r * a, both * a) * mask).sum() / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
