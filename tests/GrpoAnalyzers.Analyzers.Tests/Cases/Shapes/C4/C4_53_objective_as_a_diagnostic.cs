// case: C4.53
// expect: none
// shape: an evaluation loop computes the clipped objective under no_grad, the training step is one
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Diagnostic;

public class DiagnosticTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public DiagnosticTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    private Tensor Objective(Tensor ids, Tensor mask, Tensor old, Tensor adv)
    {
        var lp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var r = torch.exp(lp - old);
        var a = adv.unsqueeze(1);
        return (torch.min(r * a, r.clamp(0.8, 1.2) * a) * mask).sum() / mask.sum();
    }

    public double Update(Tensor ids, Tensor mask, Tensor old, Tensor adv, Tensor[] heldOut, Tensor[] heldOutOld)
    {
        var loss = -Objective(ids, mask, old, adv);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();

        var sum = 0.0;
        using (no_grad())
            for (int i = 0; i < heldOut.Length; i++)
                sum += Objective(heldOut[i], torch.ones_like(heldOutOld[i]), heldOutOld[i], torch.ones(heldOut[i].shape[0])).ToDouble();
        return sum / heldOut.Length;
    }
}
