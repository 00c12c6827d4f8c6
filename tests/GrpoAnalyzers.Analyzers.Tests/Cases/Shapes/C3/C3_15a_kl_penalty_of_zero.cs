// case: C3.15
// expect: GRPO003
// shape: a KL penalty to the old policy whose coefficient defaults to zero
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace ZeroPenalty;

public class ZeroPenaltyTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public float KldCoeff { get; set; } = 0.0f;

    public ZeroPenaltyTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-4);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
            var d = lp - old;
            var ratio = d.exp();
            var a = adv.unsqueeze(1);
            var kld = ((-d).exp() + d - 1) * mask;
            var reward = torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * mask;
            var loss = (KldCoeff * kld.sum() - reward.sum()) / mask.sum();
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
