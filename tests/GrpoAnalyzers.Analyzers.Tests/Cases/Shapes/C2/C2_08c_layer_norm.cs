// case: C2.08
// expect: GRPO002
// shape: layer_norm with the group size as the normalised shape
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace LayerNormed;

public class LayerNormTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public LayerNormTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6, eps: 1e-8);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, long g)
    {
        var adv = {|GRPO002:functional.layer_norm(rewards.view(-1, g), [g])|}.view(-1, 1);
        var lp = functional.log_softmax(policy.call(ids), -1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var ratio = torch.exp(lp - old);
        var p1 = ratio * adv;
        var p2 = torch.clamp(ratio, 0.8, 1.2) * adv;
        var pt = torch.min(p1, p2).neg();
        var loss = (pt * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
