// case: C1.23
// expect: GRPO001
// shape: packed tokens, sums by index_add_ on the sequence id, divided by the counts
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
namespace Packed;

public sealed class PackedTrainer
{
    private readonly Module<Tensor, Tensor> policy;
    private readonly optim.Optimizer optimizer;

    public PackedTrainer(Module<Tensor, Tensor> policy)
    {
        this.policy = policy;
        optimizer = optim.AdamW(policy.parameters(), lr: 1e-6, beta2: 0.95);
    }

    /// <summary>tokens, seqId, old: [N]; advantages: [B].</summary>
    public void Update(Tensor tokens, Tensor seqId, Tensor old, Tensor advantages)
    {
        long B = advantages.shape[0];
        var z = policy.call(tokens.unsqueeze(0)).squeeze(0);
        var lp = z.log_softmax(-1).gather(1, tokens.unsqueeze(1)).squeeze(1);
        var ratio = torch.exp(lp - old);
        var a = advantages.index_select(0, seqId);
        var tok = -torch.min(ratio * a, ratio.clamp(0.8, 1.2) * a);
        var counts = torch.zeros(B).index_add_(0, seqId, torch.ones_like(tok), 1);
        var loss = ({|GRPO001:torch.zeros(B).index_add_(0, seqId, tok, 1) / counts|}).mean();
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
}
