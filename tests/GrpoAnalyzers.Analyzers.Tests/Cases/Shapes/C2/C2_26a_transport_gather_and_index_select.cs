// case: C2.26
// expect: GRPO002
// shape: advantages go through to(device), detach, index_select and unsqueeze; rows are shuffled once
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Transport;

public class TransportTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;
    private readonly Device device = CPU;

    public TransportTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g, int mini)
    {
        var r = rewards.view(-1, g);
        var adv = ({|GRPO002:(r - r.mean([1], keepdim: true)) / (r.std(1, keepdim: true) + 1e-4)|}).view(-1).detach().to(device);
        var perm = torch.randperm(ids.shape[0]);
        foreach (var idx in perm.split(mini))
        {
            using var scope = NewDisposeScope();
            var x = ids.index_select(0, idx);
            var m = mask.index_select(0, idx);
            var a = adv.index_select(0, idx).unsqueeze(-1).expand_as(m);
            var lp = policy.call(x).log_softmax(-1).gather(-1, x.unsqueeze(-1)).squeeze(-1);
            var ratio = torch.exp(lp - old.index_select(0, idx));
            var loss = -(torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a) * m).sum() / m.sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}
