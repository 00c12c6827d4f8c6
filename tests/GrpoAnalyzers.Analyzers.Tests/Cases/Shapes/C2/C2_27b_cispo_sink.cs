// case: C2.27
// expect: GRPO002
// shape: detached clipped weight times advantage times log-probability
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace CispoSink;

public class CispoSinkTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public CispoSinkTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), 1e-6);
    }

    public void Update(Tensor ids, Tensor mask, Tensor old, Tensor rewards, int g)
    {
        var r = rewards.view(-1, g);
        var centred = r - r.mean([1], keepdim: true);
        var A = ({|GRPO002:centred / (centred.square().mean([1], keepdim: true).sqrt() + 1e-6)|}).view(-1, 1);
        var logp = policy.call(ids).log_softmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
        var w = torch.exp(logp - old).clamp(max: 5.0).detach();
        var loss = -(w * A * logp * mask).sum() / mask.sum();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
