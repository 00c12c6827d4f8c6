// case: C3.05
// expect: GRPO003
// shape: the loss is a Module with four inputs, called in the loop of the trainer
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace LossAsModule;

public sealed class ClippedLoss : Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    private readonly double eps;

    public ClippedLoss(double eps) : base(nameof(ClippedLoss))
    {
        this.eps = eps;
    }

    public override Tensor forward(Tensor lp, Tensor old, Tensor adv, Tensor mask)
    {
        var ratio = (lp - old).exp();
        var objective = torch.min(ratio * adv, ratio.clamp(1 - eps, 1 + eps) * adv);
        return -objective.masked_select(mask > 0).mean();
    }
}

public class ModuleTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly ClippedLoss criterion = new(0.2);
    private readonly optim.Optimizer optimizer;

    public ModuleTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 5e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        for (int epoch = 0; epoch < 3; epoch++)
        {
            var z = policy.call(ids);
            var lp = z.gather(-1, ids.unsqueeze(-1)).squeeze(-1) - torch.logsumexp(z, -1);
            var loss = criterion.call(lp, old, adv.unsqueeze(1), mask);
            optimizer.zero_grad();
            loss.backward();
            {|GRPO003:optimizer.step()|};
        }
    }
}
