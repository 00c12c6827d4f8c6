// case: C2.13
// expect: GRPO002, GRPO003
// shape: a static Standardize helper of the trainer with the group axis as argument; three epochs
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Helped;

public class HelperTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public HelperTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    private static Tensor Standardize(Tensor x, long axis, double eps = 1e-4)
    {
        var mu = x.mean([axis], keepdim: true);
        var sd = x.std(axis, keepdim: true);
        return {|GRPO002:(x - mu) / (sd + eps)|};
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int n)
    {
        var adv = Standardize(rewards.view(-1, n), 1).view(-1, 1);
        for (int epoch = 0; epoch < 3; epoch++)
            Step(ids, mask, old, adv);
    }

    private void Step(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var kl = lp - old;
        var ratio = kl.exp();
        var clip = torch.clamp(ratio, 0.8, 1.2);
        var surrogate = torch.where(ratio * adv < clip * adv, ratio * adv, clip * adv);
        var loss = -(surrogate * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        {|GRPO003:optimizer.step()|};
    }
}
