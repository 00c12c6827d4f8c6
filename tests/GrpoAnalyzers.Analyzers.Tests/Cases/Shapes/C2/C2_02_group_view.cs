// case: C2.02
// expect: GRPO002
// shape: view(-1, G) with mean and std over dimension 1, eps 1e-4
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace GroupView;

public class GroupViewTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly Module<Tensor, Tensor> reference;
    private readonly optim.Optimizer optimizer;
    private readonly long G;

    public GroupViewTrainer(Module<Tensor, Tensor> policy, Module<Tensor, Tensor> reference, long groupSize)
    {
        this.policy = policy;
        this.reference = reference;
        G = groupSize;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    private static Tensor Gather(Tensor logits, Tensor ids) =>
        functional.log_softmax(logits, -1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);

    public void Update(Tensor ids, Tensor mask, Tensor rewards)
    {
        var r = rewards.view(-1, G);
        var A = ({|GRPO002:(r - r.mean(new[] { 1L }, keepdim: true)) / (r.std(1, keepdim: true) + 1e-4)|}).view(-1, 1);
        Tensor refLp;
        using (no_grad())
            refLp = Gather(reference.call(ids), ids);
        var lp = Gather(policy.call(ids), ids);
        var onPolicy = torch.exp(lp - lp.detach());
        var x = refLp - lp;
        var pt = -(onPolicy * A - 0.04 * (x.exp() - x - 1));
        var loss = (pt * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
