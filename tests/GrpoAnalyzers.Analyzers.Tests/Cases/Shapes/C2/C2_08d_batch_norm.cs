// case: C2.08
// expect: none
// shape: a BatchNorm1d without affine part whitens the advantages over the batch: GRPO008's
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace BatchNormed;

public class BatchNormTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Module<Tensor, Tensor> whiten = BatchNorm1d(1, affine: false);
    private readonly optim.Optimizer optimizer;

    public BatchNormTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.Adam(policy.parameters(), 1e-4);
    }

    public void Update(Tensor obs, Tensor actions, Tensor old, Tensor advantages)
    {
        Tensor adv;
        using (no_grad())
            adv = whiten.call(advantages.unsqueeze(1)).squeeze(1);
        var lp = policy.call(obs).log_softmax(-1).gather(1, actions.unsqueeze(1)).squeeze(1);
        var ratio = torch.exp(lp - old);
        var loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
